import type { RunReport } from '../../evidence/index.ts';
import type { CaseRun } from './run-case.ts';

type CriticalPath = NonNullable<RunReport['criticalPath']>;

/** Longer than so many milliseconds in the queue: it waited for somebody. */
const QUEUED_MS = 50;

/**
 * What decided the wall time of a run of `ms` milliseconds: the act that ended last, before it the one whose tokens it had waited for,
 * and so on to the beginning. Beside it the longest wait that any case cannot do without, below which no run can come.
 */
export function criticalPath(runs: readonly CaseRun[], ms: number): CriticalPath | undefined {
  const ran = runs.filter((one) => one.ms !== undefined);
  const last = ran.toSorted((a, b) => endOf(b) - endOf(a))[0];
  const longest = runs
    .filter((one) => one.planned.omitted === undefined)
    .toSorted((a, b) => b.leastWait - a.leastWait)[0];
  if (last === undefined || longest === undefined) return undefined;
  const chain: CaseRun[] = [];
  for (let one: CaseRun | undefined = last; one !== undefined; one = before(one, ran)) chain.unshift(one);
  return {
    case: last.planned.id,
    ms: Math.round(last.ms?.all ?? 0),
    leastWait: last.leastWait,
    longestWait: { case: longest.planned.id, ms: longest.leastWait },
    ...(longest.leastWait === 0 ? {} : { ratio: Math.round((ms / longest.leastWait) * 100) / 100 }),
    chain: chain.map((one, index) => ({
      cases: [one.planned.id, ...one.together],
      from: Math.round(one.startedAt ?? 0),
      to: Math.round(endOf(one)),
      leastWait: one.leastWait,
      // The first one of the chain waited for nobody; what time it spent in the queue was the machine's.
      waitedFor: index === 0 ? [] : [...one.tokens],
    })),
  };
}

function endOf({ startedAt = 0, ms }: CaseRun): number {
  return startedAt + (ms?.all ?? 0);
}

/** The act that gave back, last before this one could start, a token that this one wanted. */
function before(one: CaseRun, ran: readonly CaseRun[]): CaseRun | undefined {
  const { startedAt = 0, ms, tokens } = one;
  if ((ms?.queued ?? 0) <= QUEUED_MS) return undefined;
  return ran
    .filter((other) => other.freedAt !== undefined && other.freedAt <= startedAt && (other.startedAt ?? 0) < startedAt)
    .filter((other) => other.tokens.some((token) => tokens.includes(token)))
    .toSorted((a, b) => (b.freedAt ?? 0) - (a.freedAt ?? 0))[0];
}
