import type { CaseReport, RunReport } from '../../evidence/index.ts';
import { mustsFirst } from '../../report/musts-first.ts';
import { terminalLine } from '../../terminal-text.ts';

/** The verdicts, at the end. */
export function verdictText(report: RunReport): string {
  const tried = new Set<string>(report.cases.map(({ requirement }) => requirement));
  const requirements = mustsFirst(report.requirements);
  const untried = requirements.filter(({ id, level }) => level !== 'MUST' && !tried.has(id)).map(({ id }) => id);
  const shown = requirements.filter(({ id }) => !untried.includes(id));
  const lines = shown.flatMap(({ id, level, verdict, official }) => {
    const plan =
      official === undefined || official.outcome === verdict.outcome
        ? ''
        : `, by the official plan ${official.outcome}`;
    const why = verdict.class === undefined ? '' : ` (${verdict.class})`;
    const beside = verdict.outcome === 'pass' ? failsBeside(report.cases.filter((one) => one.requirement === id)) : [];
    return [`${level.padEnd(6)} ${id}: ${verdict.outcome}${why}${plan}`, `       ${verdict.because}`, ...beside];
  });
  const rest =
    untried.length === 0
      ? []
      : ['SHOULD without a case of plimsoll yet, so nothing was tried:', `       ${untried.join(', ')}`];
  const left = report.leftovers.flatMap(({ ref, why, remedy }) => [
    `left   ${ref.kind} ${ref.name}: ${why}`,
    `       ${remedy}`,
  ]);
  const simulated = report.run.simulated
    ? ['Accelerators or nodes are simulated: nothing of this run may go into a submission.']
    : [];
  const all = [...lines, ...rest, ...withoutVerdict(report), ...left, ...simulated];
  return `\n${[...all, 'A pass of this tool is not a certification.'].map(terminalLine).join('\n')}\n`;
}

/** What fails in a requirement that passes all the same: extended cases, or a solution beside one that works. */
function failsBeside(cases: readonly CaseReport[]): string[] {
  const failed = cases.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  return failed.length === 0 ? [] : [`       which these do not decide: ${failed.join(', ')} failed`];
}

/** Requirements that were run although the checklist of the run does not have them. */
function withoutVerdict({ cases, requirements, checklist }: RunReport): string[] {
  const judged = new Set<string>(requirements.map(({ id }) => id));
  const others = Map.groupBy(
    cases.filter(({ requirement }) => !judged.has(requirement)),
    ({ requirement }) => requirement,
  );
  return [...others].flatMap(([id, own]) => {
    const counts = [...Map.groupBy(own, ({ outcome }) => outcome)].map(([what, some]) => `${some.length} ${what}`);
    return [
      `-      ${id}: no verdict, checklist ${checklist} does not have it (cases: ${counts.join(', ')})`,
      `       For a verdict name a checklist that has it: --checklist (plimsoll requirements --for VERSION lists one).`,
    ];
  });
}
