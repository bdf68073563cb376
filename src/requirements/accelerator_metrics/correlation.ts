import { type Bench, type BenchAnswer, type Finding, type Timeline, undecided } from '../../case-kit/index.ts';
import { type Exposition, parseExposition, type Sample, sampleKey } from '../../exposition/index.ts';
import { likelyDeviceSeries, looksLikeMemory } from './candidates.ts';
import { type Endpoint, showEndpoint } from './endpoint.ts';
import { EVERY_MS, LASTING, RISE, SHOWS_WITHIN } from './load-course.ts';
import type { LoadTarget } from './load-target.ts';
import { scrape, scrapesOf } from './scrape.ts';
import { POD, startLoad } from './start-load.ts';

const CHOSEN = 'candidate chosen';

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
  const likely = read.find(({ exposition }) => likelyDeviceSeries(exposition, target.node.expected).length > 0);
  if (likely === undefined) return;
  bench.mark(CHOSEN, likely.endpoint);
  const before = expositionOf(await scrape(bench, likely.endpoint)) ?? likely.exposition;
  const pod = await startLoad(bench, target);
  bench.mark('load runs');
  const during: Exposition[] = [];
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
  bench.mark('load ends');
  await bench.remove(pod.ref, { gracePeriodSeconds: 0 });
  await bench.untilGone(bench.pods({ group: POD }), { within: '90s' });
}

function expositionOf(answer: BenchAnswer | undefined): Exposition | undefined {
  if (answer?.status !== 200) return undefined;
  return parseExposition(answer.text, answer.headers['content-type']);
}

interface Risen {
  readonly series: string;
  readonly from: number;
  readonly to: number;
  readonly like: 'utilisation' | 'used memory';
}

/** Series of likely names that were higher in each of the last answers: by 30 points (of 100, or of 1), or memory by a tenth at least. */
function risen(before: Exposition, during: readonly Exposition[], devices: number): Risen[] {
  const last = during.slice(-LASTING);
  if (last.length < LASTING) return [];
  const names = new Set(likelyDeviceSeries(before, devices));
  return before.samples
    .filter(({ name, value }) => names.has(name) && Number.isFinite(value))
    .flatMap((sample): Risen[] => {
      const values = last.map((exposition) => sameSeries(exposition, sample));
      if (values.some((value) => value === undefined)) return [];
      const least = Math.min(...values.map((value) => value ?? 0));
      const like = looksLikeMemory(sample.name) ? 'used memory' : 'utilisation';
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
function withoutHolder({ name, labels }: Sample): string {
  return sampleKey({
    name,
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => !HOLDER.test(label))),
  });
}

function sameSeries(exposition: Exposition, wanted: Sample): number | undefined {
  const key = withoutHolder(wanted);
  return exposition.samples.find((sample) => sample.name === wanted.name && withoutHolder(sample) === key)?.value;
}

/** A share of 1 in points, where the height that it reached shows that it is one. */
function points(value: number, reached: number): number {
  return Math.abs(reached) <= 1 ? value * 100 : value;
}

/** What rose with the load on a node whose metrics no table knows. */
export function correlationFinding(timeline: Timeline, target: LoadTarget): Finding[] {
  const chosen = timeline.mark(CHOSEN);
  if (chosen === undefined) return [];
  const endpoint = chosen.data as Endpoint;
  const runs = timeline.mark('load runs')?.seq ?? Infinity;
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
