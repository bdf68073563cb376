import {
  type Bench,
  type BenchAnswer,
  type EntryOf,
  exporterPages,
  exposition,
  type Facts,
  fact,
  type KindName,
  type KubeObject,
  list,
  type offered,
  phases,
  ready,
  type Timeline,
  text,
} from '../../case-kit/index.ts';
import { type Endpoint, endpointsOf, MONITORS, monitoredEndpoints, pathOf } from './endpoints.ts';

/** Name under which what endpoints answer stands in the timeline. */
const SCRAPE = 'scrape';
/** As Prometheus asks, but for the text format first: it is what every exporter has. */
const ACCEPT = 'text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1';

/** One answer of one endpoint. */
export interface Scrape {
  readonly endpoint: Endpoint;
  readonly seq: number;
  /** Milliseconds since the run began. */
  readonly t: number;
  readonly status?: number;
  /** Why there is no answer, in the words of whoever refused. */
  readonly said?: string;
  /** Only for status 200. */
  readonly exposition?: exposition.Exposition;
  /** Undefined when it fits no known way of naming metrics. */
  readonly measured?: exporterPages.Measured;
  /** The answer was longer than what is kept: what stands after that is not known. */
  readonly cut: boolean;
}

/** Asks an endpoint. Undefined when it did not answer in time: others may. The answer stands in the timeline. */
export async function scrape(bench: Bench, endpoint: Endpoint): Promise<BenchAnswer | undefined> {
  const { namespace, pod, port, path, scheme } = endpoint;
  const request = { namespace, pod, port, path, scheme, headers: { accept: ACCEPT }, timeoutMs: 10_000 };
  try {
    const asked = await bench.attempt(SCRAPE, (named) => named.proxy(request));
    return asked.accepted ? asked.value : undefined;
  } catch (error) {
    bench.signal.throwIfAborted();
    // Silence of one program, or an answer without an end, is its own; that the API server is gone is everybody's.
    if (['timeout', 'answer-too-large'].includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}

/** What an answer tells of devices, while the act runs. */
export function measuredIn(
  answer: BenchAnswer | undefined,
  rows: readonly offered.AcceleratorMetricsRow[],
): exporterPages.Measured | undefined {
  if (answer?.status !== 200) return undefined;
  return exporterPages.measure(exposition.parseExposition(answer.text, answer.headers['content-type']), rows);
}

/** Every answer of these endpoints in a timeline, in its order. */
export function scrapesOf(
  timeline: Timeline,
  endpoints: readonly Endpoint[],
  rows: readonly offered.AcceleratorMetricsRow[],
): Scrape[] {
  const byPath = new Map(endpoints.map((endpoint) => [pathOf(endpoint), endpoint]));
  return timeline.answers({ name: SCRAPE }).flatMap((answer): Scrape[] => {
    const endpoint = byPath.get(answer.path);
    return endpoint === undefined ? [] : [read(answer, endpoint, rows)];
  });
}

function read(answer: EntryOf<'answer'>, endpoint: Endpoint, rows: readonly offered.AcceleratorMetricsRow[]): Scrape {
  const { seq, t, status, said, body, headers = {}, digest } = answer;
  const cut = digest !== undefined;
  const base = {
    endpoint,
    seq,
    t,
    cut,
    ...(status === undefined ? {} : { status }),
    ...(said === undefined ? {} : { said }),
  };
  if (status !== 200 || typeof body !== 'string') return base;
  const whole = exposition.parseExposition(
    cut ? body.slice(0, body.lastIndexOf('\n') + 1) : body,
    headers['content-type'],
  );
  // What was cut off for the record says nothing about how the answer ended.
  const page = cut ? { ...whole, problems: whole.problems.filter(({ code }) => code !== 'end') } : whole;
  const measured = exporterPages.measure(page, rows);
  return { ...base, exposition: page, ...(measured === undefined ? {} : { measured }) };
}

/** The devices of a node as one exporter tells of them, or several that tell of the same devices. */
export interface View {
  readonly scrapes: readonly Scrape[];
  readonly measured: readonly exporterPages.Measured[];
  readonly devices: readonly exporterPages.DeviceReading[];
}

/**
 * Every exporter alone, and those together of which it is known which device is which: by UUID or PCI address, or by the same label of
 * the same kind of exporter. Names that cannot be compared are never added up: one device under two names would stand for another one
 * that nobody measures.
 */
export function viewsOf(scrapes: readonly Scrape[]): View[] {
  const alone = scrapes.flatMap((scrape) => (scrape.measured === undefined ? [] : [viewOf(scrape, scrape.measured)]));
  const together: View[] = [];
  let rest = alone;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    rest = rest.slice(1);
    let joined = first;
    for (let next = rest.find((one) => joins(joined, one)); next !== undefined; ) {
      joined = join(joined, next);
      rest = rest.filter((one) => one !== next);
      next = rest.find((one) => joins(joined, one));
    }
    if (joined !== first) together.push(joined);
  }
  return [...alone, ...together];
}

function viewOf(scrape: Scrape, measured: exporterPages.Measured): View {
  return { scrapes: [scrape], measured: [measured], devices: measured.devices };
}

/** Names of a device that mean the same to every exporter. */
function hardNames({ key, partOf, names }: exporterPages.DeviceReading): string[] {
  const part = partOf === undefined ? '' : key.slice(partOf.length);
  return names
    .filter((name) => exporterPages.kindOf(name) !== 'text')
    .map((name) => exporterPages.plainName(name) + part);
}

function sameKind(a: View, b: View): boolean {
  return a.measured.every(({ row }) => b.measured.every((other) => other.row.id === row.id));
}

function same(a: exporterPages.DeviceReading, b: exporterPages.DeviceReading, kind: boolean): boolean {
  const names = hardNames(a);
  return (kind && a.key === b.key) || hardNames(b).some((name) => names.includes(name));
}

function joins(a: View, b: View): boolean {
  const kind = sameKind(a, b);
  if (a.devices.some((one) => b.devices.some((other) => same(one, other, kind)))) return true;
  return kind && [...a.devices, ...b.devices].every((one) => exporterPages.kindOf(one.partOf ?? one.key) === 'uuid');
}

function join(a: View, b: View): View {
  const kind = sameKind(a, b);
  const devices = a.devices.map((one) => {
    const other = b.devices.find((candidate) => same(one, candidate, kind));
    return other === undefined ? one : merged(one, other);
  });
  // One that only the second tells of is another device where all of the first have a name of the same kind; else it may be one of them.
  const more = b.devices.filter((other) => {
    if (a.devices.some((one) => same(one, other, kind))) return false;
    const kinds = new Set(other.names.map(exporterPages.kindOf));
    return a.devices.every(
      (one) =>
        kind ||
        one.names.some((name) => exporterPages.kindOf(name) !== 'text' && kinds.has(exporterPages.kindOf(name))),
    );
  });
  return {
    scrapes: [...a.scrapes, ...b.scrapes],
    measured: [...a.measured, ...b.measured],
    devices: [...devices, ...more],
  };
}

function merged(one: exporterPages.DeviceReading, other: exporterPages.DeviceReading): exporterPages.DeviceReading {
  const names = [...new Set([...one.names, ...other.names])];
  return { ...other, ...one, names, auxiliary: [...new Set([...one.auxiliary, ...other.auxiliary])] };
}

export const FOUND = fact<Found>('endpoints found');
const P = phases({ asks: ['endpoints found', 'all asked'] });
/** Endpoints of one node that are asked, and how many at a time. */
const MOST_OF_NODE = 60;
const AT_A_TIME = 8;
/** What is recorded of pods that are not the case's own. */
const KEPT = [
  'spec.nodeName',
  'spec.containers.*.ports',
  'spec.containers.*.image',
  'status.phase',
  'status.conditions',
];

/** A pod that has the name of an exporter and is not ready. */
export interface NotReady {
  readonly node: string;
  readonly pod: string;
  readonly why: string;
}

interface Found {
  readonly endpoints: readonly Endpoint[];
  readonly notReady: readonly NotReady[];
}

/** Kinds that tell what is scraped, as far as this cluster has them. */
export function monitorKinds({ resources }: Pick<Facts, 'resources'>): KindName[] {
  return MONITORS.flatMap(({ group, kind }) => {
    const served = resources.preferred(group, kind);
    return served === undefined ? [] : [`${served.apiVersion}/${served.kind}` as const];
  });
}

/** What a case reads to find endpoints. */
export function readsOf(monitors: readonly KindName[]): KindName[] {
  return ['v1/Pod', ...(monitors.length === 0 ? [] : (['v1/Service', ...monitors] as const))];
}

/**
 * Looks on nodes for everything that may tell metrics and asks each of them once. What was found stands in the timeline, under a mark;
 * what they answered behind it.
 */
export async function findEndpoints(
  bench: Bench,
  nodes: readonly string[],
  rows: readonly offered.AcceleratorMetricsRow[],
  monitors: readonly KindName[],
): Promise<{ endpoint: Endpoint; answer: BenchAnswer | undefined }[]> {
  const monitored = Promise.all(monitors.map((kind) => bench.list(kind)));
  const services = monitors.length === 0 ? Promise.resolve([]) : bench.list('v1/Service');
  const watched = await Promise.all(
    nodes.map((node) => bench.observeOthers({ of: 'v1/Pod', fields: `spec.nodeName=${node}` }, KEPT)),
  );
  const pods = watched.flatMap((target) => bench.current(target));
  const found = sorted(pods, rows, (await monitored).flat(), await services);
  bench.learn(FOUND, found);
  const answers: { endpoint: Endpoint; answer: BenchAnswer | undefined }[] = [];
  const queue = [...found.endpoints];
  const ask = async (): Promise<void> => {
    for (let endpoint = queue.shift(); endpoint !== undefined; endpoint = queue.shift())
      answers.push({ endpoint, answer: await scrape(bench, endpoint) });
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  bench.finish(P.asks);
  return answers;
}

/** What `findEndpoints` found, from the timeline. */
export function foundIn(timeline: Timeline): Found {
  return timeline.learned(FOUND)?.data ?? { endpoints: [], notReady: [] };
}

function sorted(
  pods: readonly KubeObject[],
  rows: readonly offered.AcceleratorMetricsRow[],
  monitors: readonly KubeObject[],
  services: readonly KubeObject[],
): Found {
  const endpoints = new Map<string, Endpoint>();
  const notReady: NotReady[] = [];
  for (const pod of pods) {
    if (['Succeeded', 'Failed'].includes(text(pod, 'status.phase'))) continue;
    const own = endpointsOf(pod, rows);
    const exporter = own.some((endpoint) => endpoint.exporter);
    const told = monitors.flatMap((monitor) => monitoredEndpoints(monitor, pod, services));
    const state = ready(pod);
    if (state !== true && exporter)
      notReady.push({
        node: text(pod, 'spec.nodeName'),
        pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
        why: state,
      });
    if (list(pod, 'status.containerStatuses').length > 0 && text(pod, 'status.phase') !== 'Running') continue;
    // What a monitor says comes first: it is what the platform itself scrapes.
    for (const endpoint of [...told.map((one) => ({ ...one, exporter })), ...own])
      if (!endpoints.has(pathOf(endpoint))) endpoints.set(pathOf(endpoint), endpoint);
  }
  const byNode = Map.groupBy(endpoints.values(), ({ node }) => node);
  const likely = (all: readonly Endpoint[]): Endpoint[] =>
    all.toSorted((a, b) => Number(b.exporter) - Number(a.exporter));
  return { endpoints: [...byNode.values()].flatMap((all) => likely(all).slice(0, MOST_OF_NODE)), notReady };
}
