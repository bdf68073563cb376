import { type PlatformSummary, REQUIREMENTS, type WrongResult } from './summary.ts';

/**
 * docs/platforms.md: what runs on the set-ups came to. Results that are known to be wrong are marked, never left out.
 * @throws Error when `wrong` names a result that the summaries do not have (any more)
 */
export function platformsDocument(summaries: readonly PlatformSummary[], wrong: readonly WrongResult[]): string {
  for (const one of wrong) checkStands(one, summaries);
  return `# Platforms

What Plimsoll says of accelerator software of several vendors, put on nodes of a lab (\`plimsoll lab up --accelerators node-1=SETUP\`;
lab/accelerators/setups). The vendors' programs are their own, built from their Go modules; the accelerators under them are loop
devices. **None of this was run on a GPU**, and nothing of it may go into a submission. \`make vendors\` makes the runs anew, and this page.

\`relaxed\`: one check of a vendor's program was relaxed to any device, because the lab's accelerators are block devices.
**✗** marks a result that is wrong; what it should be stands below.

${overview(summaries, wrong)}
${summaries.map((summary) => section(summary, wrong)).join('\n')}`;
}

function checkStands({ setup, case: id, outcome }: WrongResult, summaries: readonly PlatformSummary[]): void {
  const stands = summaries.find((summary) => summary.setup === setup)?.cases[id]?.outcome;
  if (stands !== outcome) {
    throw new Error(
      `docs/platforms/wrong.json: ${id} on ${setup} is ${stands ?? 'not there'}, not ${outcome}: mend the list`,
    );
  }
}

function overview(summaries: readonly PlatformSummary[], wrong: readonly WrongResult[]): string {
  const rows = summaries.map((summary) => {
    const { setup, relaxed, requirements, seconds, day, report } = summary;
    const verdicts = REQUIREMENTS.map((id) => {
      const bad = wrong.some((one) => one.setup === setup && one.case.startsWith(`${id}/`));
      return `${requirements[id] ?? ofCases(id, summary)}${bad ? ' ✗' : ''}`;
    });
    const name = `[${setup}](#${setup})${relaxed === undefined ? '' : ' (relaxed)'}`;
    return [name, ...verdicts, `${seconds.up} s`, `${seconds.run} s`, day, `\`${report.slice(0, 12)}\``];
  });
  return table(['set-up', ...REQUIREMENTS.map((id) => `\`${id}\``), 'up in', 'run', 'day', 'report.json'], rows);
}

/** What a requirement's cases come to together, where the checklist of the run has no verdict for it (a SHOULD, or none at all). */
function ofCases(id: string, { cases }: PlatformSummary): string {
  const outcomes = new Set(
    Object.entries(cases).flatMap(([name, { outcome }]) => (name.startsWith(`${id}/`) ? [outcome] : [])),
  );
  return ['fail', 'inconclusive', 'pass', 'not-applicable'].find((outcome) => outcomes.has(outcome)) ?? '-';
}

function section(
  { setup, summary, relaxed, kubernetes, commit, cases, report }: PlatformSummary,
  wrong: readonly WrongResult[],
): string {
  const rows = Object.entries(cases).map(([id, { outcome, because = '' }]) => {
    const bad = wrong.find((one) => one.setup === setup && one.case === id);
    const found = bad === undefined ? because : `${because} **✗ Should be ${bad.right}:** ${bad.why}`;
    return [`\`${id}\``, bad === undefined ? outcome : `${outcome} ✗`, found];
  });
  return `## ${setup}

${summary}. Kubernetes ${kubernetes}, tool at \`${commit.slice(0, 12)}\`, report.json \`${report}\`.
${relaxed === undefined ? 'The programs are as published.' : `Relaxed: ${relaxed}.`}

${table(['case', 'outcome', 'because'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
