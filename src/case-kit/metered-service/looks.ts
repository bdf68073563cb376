import {
  cutShort,
  type EntryOf,
  type Expectation,
  type Finding,
  type Timeline,
  undecided,
} from '../../evidence/judging.ts';
import type { MetricsStore } from '../../inventory/monitoring.ts';
import { readVector, type Series } from './series.ts';

/** One look into a store, as it was recorded. */
export interface Look {
  readonly t: number;
  readonly evidence: readonly number[];
  /** A sentence when the store did not answer it. */
  readonly series: readonly Series[] | string;
}

/** The looks that were recorded under a name; each has one answer for every part of the store, in their order. */
export function looksOf(timeline: Timeline, name: string, store: Pick<MetricsStore, 'parts'>): Look[] {
  const looks: Look[] = [];
  let underway: { series: Series[]; evidence: number[] } = { series: [], evidence: [] };
  for (const answer of timeline.answers({ name })) {
    underway.evidence.push(answer.seq);
    const said = readAnswer(answer);
    if (typeof said !== 'string') underway.series.push(...said);
    if (typeof said === 'string' || underway.evidence.length === store.parts.length) {
      looks.push({
        t: answer.t,
        evidence: underway.evidence,
        series: typeof said === 'string' ? said : underway.series,
      });
      underway = { series: [], evidence: [] };
    }
  }
  return looks;
}

function readAnswer(answer: EntryOf<'answer'>): Series[] | string {
  if (answer.error !== undefined) return answer.said ?? answer.error;
  return readVector(answer.status, typeof answer.body === 'string' ? answer.body : '');
}

export interface LookExpectation extends Expectation {
  /** Name of the act's `poll`: only when that ran out was the platform given its time. */
  readonly poll: string;
}

/**
 * Some look fulfils the check. None does: a fail when the poll ran out, with what the last look lacked; inconclusive when the act was
 * cut short, or when the store answered no look at all.
 */
export function expectLook(
  timeline: Timeline,
  looks: readonly Look[],
  check: (series: readonly Series[]) => true | string,
  expectation: LookExpectation,
): Finding {
  const { claim, otherwise, remedy, poll } = expectation;
  const good = looks.find(({ series }) => typeof series !== 'string' && check(series) === true);
  if (good !== undefined) {
    const begin = looks[0]?.t ?? good.t;
    const message = `seen at look ${looks.indexOf(good) + 1}, ${((good.t - begin) / 1000).toFixed(1)} s after the first one`;
    return { outcome: 'pass', claim, message, evidence: [...good.evidence] };
  }
  const last = looks.at(-1);
  const ranOut = timeline
    .waits()
    .find((wait) => wait.target.of === 'poll' && wait.condition === poll && wait.how === 'timed-out');
  const evidence = [...(last?.evidence ?? []), ...(ranOut === undefined ? [] : [ranOut.seq])];
  const seen =
    last === undefined
      ? 'nothing was asked'
      : typeof last.series === 'string'
        ? last.series
        : String(check(last.series));
  if (ranOut === undefined) return unfinished(timeline, claim, `not decided: ${seen}`, evidence);
  const silent = looks.every(({ series }) => typeof series === 'string');
  if (silent) return storeSilent(claim, seen, evidence);
  const message = `${otherwise}: ${seen} (after ${(ranOut.within / 1000).toFixed(0)} s)`;
  return { outcome: 'fail', claim, message, evidence, ...(remedy === undefined ? {} : { remedy }) };
}

/** The act ended before it could be decided; the class is that of its end. */
export function unfinished(
  timeline: Timeline,
  claim: string,
  message: string,
  evidence: readonly number[] = [],
): Finding {
  return cutShort(timeline, { claim, otherwise: message }, message, evidence);
}

/** What is not reached tells nothing of what it holds; 401 and 403 are its own, the API server's refusal ends the act. */
function storeSilent(claim: string, seen: string, evidence: readonly number[]): Finding {
  if (/answered 40[13]/.test(seen))
    return undecided(
      'permission',
      claim,
      `the store wants a login of its own: ${seen}`,
      evidence,
      "Ask a store that takes requests through the API server's proxy without a login of its own (a Service of it inside the cluster).",
    );
  return undecided(
    'environment',
    claim,
    `the store was never reached: ${seen}`,
    evidence,
    'See whether its pods run and its Service has endpoints.',
  );
}
