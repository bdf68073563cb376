import type { RunReport } from '../../evidence/index.ts';

/** The verdicts, at the end. */
export function verdictText(report: RunReport): string {
  const lines = report.requirements.flatMap(({ id, level, verdict, official }) => {
    const plan =
      official === undefined || official.outcome === verdict.outcome
        ? ''
        : `, by the official plan ${official.outcome}`;
    const why = verdict.class === undefined ? '' : ` (${verdict.class})`;
    return [`${level.padEnd(6)} ${id}: ${verdict.outcome}${why}${plan}`, `       ${verdict.because}`];
  });
  const left = report.leftovers.flatMap(({ ref, why, remedy }) => [
    `left   ${ref.kind} ${ref.name}: ${why}`,
    `       ${remedy}`,
  ]);
  const simulated = report.run.simulated
    ? ['Accelerators or nodes are simulated: nothing of this run may go into a submission.']
    : [];
  return `\n${[...lines, ...left, ...simulated, 'A pass of this tool is not a certification.'].join('\n')}\n`;
}
