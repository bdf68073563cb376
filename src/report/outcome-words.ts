import {
  type CaseReport,
  type Finding,
  type Outcome,
  type RequirementReport,
  showDuration,
  type Verdict,
} from '../evidence/index.ts';

/** Every outcome has a sign besides its colour. */
export const SIGNS: Record<Finding['outcome'], string> = {
  pass: '✓',
  fail: '✗',
  inconclusive: '?',
  'not-applicable': '–',
  info: 'i',
};

/** Said in every report: verdict policy 9 in ARCHITECTURE.md. */
export const NOT_A_CERTIFICATION =
  'A pass of this tool is not a certification: only the conformance programme decides about that.';

export const SIMULATED =
  'Accelerators or nodes of this run are not real. Nothing of it may go into a submission; it shows how the tool works.';

/** `inconclusive (capacity)`, `pass`. */
export function outcomeText(result: Pick<Verdict, 'outcome' | 'class'>): string {
  return result.class === undefined ? result.outcome : `${result.outcome} (${result.class})`;
}

const EXIT_MEANINGS: Record<number, string> = {
  0: 'every MUST passes or does not apply',
  1: 'a MUST fails',
  2: 'a MUST is inconclusive: it was not shown, so it does not count as a pass',
  5: 'something was left in the cluster',
  70: "an error of plimsoll's own: it is held neither for nor against the platform",
  130: 'the run was interrupted',
};

export function exitMeaning(code: number): string {
  return EXIT_MEANINGS[code] ?? 'no meaning is known for this code';
}

/** Whether an outcome is settled in the platform's favour: a requirement that does not apply speaks against nobody. */
export function isShown(outcome: Outcome): boolean {
  return outcome === 'pass' || outcome === 'not-applicable';
}

/**
 * Whether a case's result speaks against its requirement. It does not when the case decides nothing (`extended`), or when the
 * requirement is shown all the same because an alternative suffices.
 */
export function counts(one: Pick<CaseReport, 'kind' | 'outcome'>, requirement: RequirementReport | undefined): boolean {
  if (isShown(one.outcome)) return true;
  return one.kind !== 'extended' && !(requirement !== undefined && isShown(requirement.verdict.outcome));
}

/** Why a result that does not speak against its requirement is told at all. */
export function whyItDoesNotCount(one: Pick<CaseReport, 'kind'>): string {
  return one.kind === 'extended' ? 'extended case: it decides nothing' : 'an alternative suffices for the requirement';
}

/** The waits that a case cannot do without, as planned: `60 s`, `none`. */
export function leastWaitText({ leastWait }: Pick<CaseReport, 'leastWait'>): string {
  return leastWait === 0 ? 'none' : showDuration(leastWait);
}
