import {
  type CaseReport,
  type Finding,
  type Outcome,
  type RequirementReport,
  type RunReport,
  showDuration,
  type Verdict,
} from '../evidence/index.ts';
import { checklist } from '../program/checklist.ts';

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
  1: 'a MUST fails',
  2: 'a MUST is inconclusive: it was not shown, so it does not count as a pass',
  5: 'something was left in the cluster',
  70: "an error of plimsoll's own: it is held neither for nor against the platform",
  130: 'the run was interrupted',
};

/** What a run's exit code says; that something was not asked for is never left out of a good one. */
export function exitMeaning(report: Pick<RunReport, 'exitCode' | 'checklist' | 'requirements'>): string {
  const left = mustsNotAskedFor(report);
  const asked = report.requirements.some((one) => one.level === 'MUST');
  if (report.exitCode === 2 && !asked) return `no MUST of ${report.checklist} was asked for, so none was shown`;
  if (report.exitCode !== 0) return EXIT_MEANINGS[report.exitCode] ?? 'no meaning is known for this code';
  if (left.length === 0) return `every MUST of ${report.checklist} passes or does not apply`;
  return `every MUST that was asked for passes or does not apply; not asked for, so not shown: ${left.join(', ')}`;
}

/** The MUSTs of the run's checklist of which no verdict was asked (`--only`). */
function mustsNotAskedFor(report: Pick<RunReport, 'checklist' | 'requirements'>): string[] {
  const asked = new Set(report.requirements.map((one) => one.id));
  const all = checklist(report.checklist)?.requirements ?? [];
  return all.filter((one) => one.level === 'MUST' && !asked.has(one.id)).map((one) => one.id);
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
