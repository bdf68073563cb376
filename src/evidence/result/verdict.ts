import { z } from 'zod';
import {
  type Bar,
  type CaseKind,
  INCONCLUSIVE_CLASSES,
  type InconclusiveClass,
  OUTCOMES,
  type Outcome,
} from '../outcome.ts';
import { combine, mostUrgent } from './combine.ts';

/** What a verdict is made of: one instance of one case. */
export interface CaseOutcome {
  /** Id of the instance, and of the case that it is an instance of. */
  readonly id: string;
  readonly case: string;
  readonly kind: CaseKind;
  readonly bar: Bar;
  /** Instances of which one suffices (gang schedulers); left out when it has to hold anyway. */
  readonly alternative?: string | undefined;
  readonly outcome: Outcome;
  readonly official?: Outcome | undefined;
  readonly class?: InconclusiveClass | undefined;
  readonly because: string;
}

export const verdictSchema = z.object({
  outcome: z.enum(OUTCOMES),
  class: z.enum(INCONCLUSIVE_CLASSES).exactOptional(),
  because: z.string(),
  /** The instances that decided it. */
  decidedBy: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** A requirement's verdict by each bar. `official` is missing when the requirement has no plan of its own. */
export interface Verdicts {
  readonly behaviour: Verdict;
  readonly official?: Verdict;
}

/** The verdicts of a requirement from the results of its cases (verdict policy 1-3 in ARCHITECTURE.md). Pure. */
export function verdicts(cases: readonly CaseOutcome[]): Verdicts {
  const deciding = cases.filter((one) => one.kind !== 'extended');
  const official = deciding
    .filter((one) => one.bar === 'official')
    .map((one) => ({ ...one, outcome: one.official ?? one.outcome }));
  const behaviour = deciding.length === 0 ? notTried(cases) : verdictOf(deciding);
  return official.length === 0 ? { behaviour } : { behaviour, official: verdictOf(official) };
}

function verdictOf(cases: readonly CaseOutcome[]): Verdict {
  const common = cases.filter((one) => one.alternative === undefined).map(asVerdict);
  const alternatives = alternativesOf(cases);
  return joined(alternatives.length === 0 ? common : [...common, bestOf(alternatives)]);
}

/** No case that decides: none at all, or only such as are reported beside. */
function notTried(extended: readonly CaseOutcome[]): Verdict {
  const because =
    extended.length === 0
      ? 'plimsoll has no case for this requirement yet: nothing of it was tried'
      : `only extended cases were run (${extended.map((one) => one.id).join(', ')}), which never decide`;
  return { outcome: 'inconclusive', class: 'not-enabled', because, decidedBy: [] };
}

function asVerdict(one: CaseOutcome): Verdict {
  const { outcome, id } = one;
  const why = outcome === 'inconclusive' ? { class: one.class ?? ('ours' as const) } : {};
  return { outcome, ...why, because: `${id}: ${one.because}`, decidedBy: [id] };
}

/** All of them have to hold. */
function joined(parts: readonly Verdict[]): Verdict {
  const outcome = combine(parts.map((part) => part.outcome));
  const same = parts.filter((part) => part.outcome === outcome);
  const why = outcome === 'inconclusive' ? mostUrgent(same.map((part) => part.class)) : undefined;
  const first = (why !== undefined && same.find((part) => part.class === why)) || same[0];
  return {
    outcome,
    ...(why === undefined ? {} : { class: why }),
    because:
      outcome === 'pass' ? `${same.flatMap((part) => part.decidedBy).length} cases pass` : (first?.because ?? ''),
    decidedBy: same.flatMap((part) => part.decidedBy),
  };
}

interface Alternative {
  readonly name: string;
  readonly verdict: Verdict;
}

/**
 * One verdict for each alternative. It needs an instance of every case that has alternatives at all: a solution for which a case was
 * left out was not shown to pass it.
 */
function alternativesOf(cases: readonly CaseOutcome[]): readonly Alternative[] {
  const some = cases.filter((one) => one.alternative !== undefined);
  const ids = [...new Set(some.map((one) => one.case))];
  const names = [...new Set(some.flatMap((one) => one.alternative ?? []))];
  return names.map((name) => {
    const own = some.filter((one) => one.alternative === name);
    const left = ids.filter((id) => !own.some((one) => one.case === id));
    const missing = left.map((id): Verdict => {
      return { outcome: 'inconclusive', class: 'not-enabled', because: `${id} was not run for ${name}`, decidedBy: [] };
    });
    return { name, verdict: joined([...own.map(asVerdict), ...missing]) };
  });
}

/** One suffices: any pass; else what is not yet known keeps it open; else all that apply fail. */
function bestOf(alternatives: readonly Alternative[]): Verdict {
  for (const outcome of ['pass', 'inconclusive', 'fail', 'not-applicable'] as const) {
    const found = alternatives.find((one) => one.verdict.outcome === outcome);
    if (found === undefined) continue;
    const others = alternatives.length === 1 ? '' : ` (${alternatives.length} were tried, one suffices)`;
    return { ...found.verdict, because: `${found.name}: ${found.verdict.because}${others}` };
  }
  return { outcome: 'inconclusive', class: 'ours', because: 'no alternative', decidedBy: [] };
}
