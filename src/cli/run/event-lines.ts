import { type RunEvent, type RunReport, showDuration } from '../../evidence/index.ts';

/** An event as a line for a log; undefined for what a log does not need. */
export function eventLine(event: RunEvent): string | undefined {
  const text = textOf(event);
  return text === undefined ? undefined : `${`+${(event.t / 1000).toFixed(1)}`.padStart(8)}s ${text}`;
}

function textOf(event: RunEvent): string | undefined {
  switch (event.event) {
    case 'run-started':
      return `run ${event.run} on ${event.cluster.gitVersion}: ${event.cases.length} cases, evidence in ${event.folder}`;
    case 'case-queued':
      return `${event.case}: waits for ${event.tokens.join(', ')}`;
    case 'case-started':
      return `${event.case}: begins`;
    case 'waiting':
      return `${event.case}: ${event.for}: ${event.reason}`;
    case 'mark':
      return `${event.case}: ${event.name}`;
    case 'case-ended':
      return `${event.case}: ${event.outcome}${event.class === undefined ? '' : ` (${event.class})`} after ${showDuration(event.ms)}: ${event.because}`;
    case 'leftover':
      return `left in the cluster: ${event.leftover.ref.kind} ${event.leftover.ref.name}: ${event.leftover.why}`;
    case 'warning':
      return `warning: ${event.message}. ${event.remedy}`;
    case 'interrupted':
      return event.message;
    case 'stage':
    case 'wait-ended':
    case 'verdict':
    case 'run-ended':
      return undefined;
  }
}

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
