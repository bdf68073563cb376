import {
  type Bench,
  type BenchAnswer,
  exporterPages,
  exposition,
  type Finding,
  fact,
  list,
  phases,
  read,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { type Endpoint, showEndpoint } from './endpoints.ts';
import { claimKind, type LoadTarget, POD, startLoad } from './load-target.ts';
import { scrape, scrapesOf } from './scrapes.ts';

/** Points by which the utilisation of a loaded device rises, or the height that it reaches; what an idle one may stir. */
const RISE = 30;
export const HIGH = 50;
export const STIR = 10;
/** Answers in a row in which a load has to show, and its absence. */
export const LASTING = 3;
/** Between two answers. */
export const EVERY_MS = 2_500;
/** How long a load may take to show, and its end. */
export const SHOWS_WITHIN = '90s';
export const SHOWS_WITHIN_MS = 90_000;
/** Memory of a load that has to show: the metric may count in blocks of its own. */
const MEMORY_SHARE = 0.75;

/** One answer of the endpoint: its devices by key. */
export type Reading = ReadonlyMap<string, exporterPages.DeviceReading>;

export function readingOf(devices: readonly exporterPages.DeviceReading[]): Reading {
  return new Map(devices.map((device) => [device.key, device]));
}

/** How one device was in the last answers of a stretch, against what it was before the load. */
export interface Course {
  readonly key: string;
  readonly before: exporterPages.DeviceReading | undefined;
  /** True: put to work (30 points more, or 50). False: as before (less than 10 points off). Undefined: neither, or too few answers. */
  readonly works: boolean | undefined;
  /** Points in the last answer that had some. */
  readonly points: number | undefined;
  /** Bytes used more than before, in the last answer that told. */
  readonly more: number | undefined;
}

/**
 * The courses of every device that was told of, before or in the stretch. `silent`: the exporter tells nothing of idle devices, so that
 * one that is not told of is idle.
 */
export function courses(before: Reading | undefined, stretch: readonly Reading[], silent: boolean): Course[] {
  const keys = [...new Set([...(before?.keys() ?? []), ...stretch.flatMap((reading) => [...reading.keys()])])];
  const last = stretch.slice(-LASTING);
  return keys.map((key) => {
    const base = before?.get(key);
    const at = base?.points ?? 0;
    const points = last.map((reading) => reading.get(key)?.points ?? (silent ? 0 : undefined));
    const every = (holds: (value: number) => boolean): boolean =>
      last.length === LASTING && points.every((value) => value !== undefined && holds(value));
    const used = last.flatMap((reading) => reading.get(key)?.used ?? (silent ? 0 : [])).at(-1);
    const working = at < HIGH && every((value) => value >= Math.min(at + RISE, HIGH));
    return {
      key,
      before: base,
      works: working ? true : every((value) => Math.abs(value - at) < STIR) ? false : undefined,
      points: points.findLast((value) => value !== undefined),
      more: used === undefined ? undefined : used - (base?.used ?? 0),
    };
  });
}

/** Is the memory that a load takes seen on its device? True where the load says nothing of memory. */
export function takesMemory({ more }: Pick<Course, 'more'>, allocates: number | undefined): boolean {
  return allocates === undefined || (more !== undefined && more >= allocates * MEMORY_SHARE);
}

/** Is the memory given back, but for a quarter of what the load took? */
export function memoryIsBack({ more }: Pick<Course, 'more'>, allocates: number | undefined): boolean {
  return allocates === undefined || (more !== undefined && more <= allocates * (1 - MEMORY_SHARE));
}

/** What is known of the device that a holder was given. */
export interface Granted {
  /** Everything by which it may be called; empty when nobody tells (a device plugin names no device in the API). */
  readonly names: readonly string[];
  readonly because: string;
  readonly evidence: readonly number[];
}

/**
 * Which device it was: the claim's allocation (DRA), the kubelet's `allocatedResourcesStatus` (KEP-4680), or what the load itself printed
 * (`device NAME`, from its environment).
 */
export function grantedTo(timeline: Timeline, target: LoadTarget, holder: string): Granted {
  const nobody = { names: [], because: 'nobody tells which device it was given', evidence: [] };
  return claimed(timeline, target, holder) ?? reported(timeline, holder) ?? printed(timeline, holder) ?? nobody;
}

function claimed(timeline: Timeline, target: LoadTarget, holder: string): Granted | undefined {
  const pod = podStates(timeline, holder).map(({ body }) => body);
  const own = pod.flatMap((body) => [
    ...list(body, 'status.resourceClaimStatuses').map((status) => text(status, 'resourceClaimName')),
    text(body, 'status.extendedResourceClaimStatus.resourceClaimName'),
  ]);
  const states = timeline
    .objects({ of: claimKind(target) })
    .objects.filter(({ ref }) => own.includes(ref.name))
    .flatMap((claim) => claim.states)
    .filter(({ body }) => results(body).length > 0);
  const last = states.at(-1);
  if (last === undefined) return undefined;
  const names = results(last.body).flatMap((result) => {
    const name = text(result, 'device');
    const known = target.node.devices.find((device) => device.name === name && device.pool === text(result, 'pool'));
    return [name, ...(known?.names ?? [])];
  });
  return { names, because: `its claim was allocated ${names[0] ?? ''}`, evidence: [last.seq] };
}

function results(claim: unknown): readonly unknown[] {
  return list(claim, 'status.allocation.devices.results');
}

function podStates(timeline: Timeline, holder: string) {
  return timeline
    .pods({ group: POD })
    .objects.filter(({ ref }) => ref.name === holder)
    .flatMap(({ states }) => states);
}

function reported(timeline: Timeline, holder: string): Granted | undefined {
  for (const { seq, body } of podStates(timeline, holder).toReversed()) {
    const given = list(body, 'status.containerStatuses')
      .flatMap((status) => list(status, 'allocatedResourcesStatus'))
      .flatMap((status) => list(status, 'resources'))
      .map((resource) => read(resource, 'resourceID'))
      .filter((id) => typeof id === 'string');
    if (given.length > 0) return { names: given, because: `the kubelet gave it ${given.join(', ')}`, evidence: [seq] };
  }
  return undefined;
}

function printed(timeline: Timeline, holder: string): Granted | undefined {
  for (const { seq, text: said } of timeline.logs({ pod: holder, container: POD }).toReversed()) {
    const names = [...new Set([...said.matchAll(/^device (\S+)$/gm)].map(([, name]) => name ?? ''))];
    if (names.length > 0) return { names, because: `its container was told ${names.join(', ')}`, evidence: [seq] };
  }
  return undefined;
}

const CHOSEN = fact<Endpoint>('candidate chosen');
/** Until the devices are idle; the load; and from when its pods run until it is over. */
export const P = phases({
  idles: ['endpoint chosen', 'idle'],
  load: ['load runs', 'load ends'],
  held: ['holders run', 'load is over'],
});

/**
 * No table knows the names that this node's metrics have: one device is put to work all the same, so that a person is told which series
 * behave as its utilisation and its memory would. It can never pass.
 */
export async function correlate(
  bench: Bench,
  target: LoadTarget,
  asked: readonly { endpoint: Endpoint; answer: BenchAnswer | undefined }[],
): Promise<void> {
  const read = asked.flatMap(({ endpoint, answer }) => {
    const exposition = expositionOf(answer);
    return exposition === undefined ? [] : [{ endpoint, exposition }];
  });
  const likely = read.find(
    ({ exposition }) => exporterPages.likelyDeviceSeries(exposition, target.node.expected).length > 0,
  );
  if (likely === undefined) return;
  bench.learn(CHOSEN, likely.endpoint);
  const before = expositionOf(await scrape(bench, likely.endpoint)) ?? likely.exposition;
  const pod = await startLoad(bench, target);
  bench.begin(P.load);
  const during: exposition.Exposition[] = [];
  const look = async (): Promise<true | string> => {
    const next = expositionOf(await scrape(bench, likely.endpoint));
    if (next !== undefined) during.push(next);
    const kinds = risen(before, during, target.node.expected).map(({ like }) => like);
    return new Set(kinds).size === 2 || `${kinds.length} series have risen`;
  };
  await bench.poll('series that rise with the load', look, {
    every: EVERY_MS,
    within: SHOWS_WITHIN,
    otherwise: 'go-on',
  });
  bench.finish(P.load);
  await bench.remove(pod.ref, { gracePeriodSeconds: 0 });
  await bench.untilGone(bench.pods({ group: POD }), { within: '90s' });
}

function expositionOf(answer: BenchAnswer | undefined): exposition.Exposition | undefined {
  if (answer?.status !== 200) return undefined;
  return exposition.parseExposition(answer.text, answer.headers['content-type']);
}

interface Risen {
  readonly series: string;
  readonly from: number;
  readonly to: number;
  readonly like: 'utilisation' | 'used memory';
}

/** Series of likely names that were higher in each of the last answers: by 30 points (of 100, or of 1), or memory by a tenth at least. */
function risen(before: exposition.Exposition, during: readonly exposition.Exposition[], devices: number): Risen[] {
  const last = during.slice(-LASTING);
  if (last.length < LASTING) return [];
  const names = new Set(exporterPages.likelyDeviceSeries(before, devices));
  return before.samples
    .filter(({ name, value }) => names.has(name) && Number.isFinite(value))
    .flatMap((sample): Risen[] => {
      const values = last.map((exposition) => sameSeries(exposition, sample));
      if (values.some((value) => value === undefined)) return [];
      const least = Math.min(...values.map((value) => value ?? 0));
      const like = exporterPages.looksLikeMemory(sample.name) ? 'used memory' : 'utilisation';
      const rose =
        like === 'utilisation'
          ? points(least, least) - points(sample.value, least) >= RISE
          : least > sample.value * 1.1;
      return rose ? [{ series: withoutHolder(sample), from: sample.value, to: least, like }] : [];
    });
}

/** Labels that name who holds a device: they change when the load takes it. */
const HOLDER = /^(exported_)?(pod|namespace|container)(_name|_uid)?$/;

/** Names a series by the device, whoever holds it. */
function withoutHolder({ name, labels }: exposition.Sample): string {
  return exposition.sampleKey({
    name,
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => !HOLDER.test(label))),
  });
}

function sameSeries(exposition: exposition.Exposition, wanted: exposition.Sample): number | undefined {
  const key = withoutHolder(wanted);
  return exposition.samples.find((sample) => sample.name === wanted.name && withoutHolder(sample) === key)?.value;
}

/** A share of 1 in points, where the height that it reached shows that it is one. */
function points(value: number, reached: number): number {
  return Math.abs(reached) <= 1 ? value * 100 : value;
}

/** What rose with the load on a node whose metrics no table knows. */
export function correlationFinding(timeline: Timeline, target: LoadTarget): Finding[] {
  const chosen = timeline.learned(CHOSEN);
  if (chosen === undefined) return [];
  const endpoint = chosen.data;
  const runs = timeline.mark(P.load.from)?.seq ?? Infinity;
  const scrapes = scrapesOf(timeline, [endpoint], []).filter(
    ({ seq, exposition }) => seq > chosen.seq && exposition !== undefined,
  );
  const before = scrapes.find(({ seq }) => seq < runs)?.exposition;
  const during = scrapes.filter(({ seq }) => seq > runs);
  const found =
    before === undefined
      ? []
      : risen(
          before,
          during.flatMap(({ exposition }) => exposition ?? []),
          target.node.expected,
        );
  const claim = `which series of ${showEndpoint(endpoint)} behave as those of an accelerator`;
  const shown = found.map(
    ({ series, from, to, like }) => `${series} went from ${from} to ${to} and behaves as ${like}`,
  );
  const message = shown.length === 0 ? 'none rose while one accelerator was at work' : shown.slice(0, 10).join('; ');
  const remedy = 'Look whether they are, and name them in a file for --tables (acceleratorMetrics).';
  return [
    undecided(
      'unknown-accelerator',
      claim,
      message,
      during.map(({ seq }) => seq),
      remedy,
    ),
  ];
}
