import { type CaseReport, type RunReport, showDuration, showRecordedRef } from '../evidence/index.ts';
import { criticalPathText } from './critical-path.ts';
import { markdownCode as code, markdownText as text } from './markdown-text.ts';
import { mustsFirst } from './musts-first.ts';
import {
  counts,
  exitMeaning,
  isShown,
  leastWaitText,
  NOT_A_CERTIFICATION,
  outcomeText,
  SIGNS,
  SIMULATED,
} from './outcome-words.ts';
import { shortCaseName } from './short-case-name.ts';

/** summary.md: GitHub-flavoured Markdown for a pull request, an issue, or the summary of a CI job. */
export function summaryMarkdown(report: RunReport): string {
  const { run, cluster, tool } = report;
  const parts = [
    `# Plimsoll run ${code(run.id)}: ${text(exitMeaning(report))}`,
    run.simulated ? `> **simulated** ${text(SIMULATED)}` : '',
    `Kubernetes ${code(cluster.gitVersion)}, ${cluster.nodes} nodes, cluster ${code(cluster.fingerprint.slice(0, 12))}, checklist ${code(report.checklist)}, plimsoll ${code(tool.version)}, ${text(run.startedAt)}, ${showDuration(run.ms)}, exit code ${report.exitCode}.`,
    verdictTable(report),
    leftovers(report),
    todo(report),
    caseTable(report),
    wallTime(report),
    `${text(NOT_A_CERTIFICATION)} The evidence lies beside this file; ${code('plimsoll verify')} recomputes every verdict from it.`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function verdictTable({ requirements }: RunReport): string {
  const rows = mustsFirst(requirements).map((one) => [
    code(one.id),
    one.level,
    `${SIGNS[one.verdict.outcome]} **${outcomeText(one.verdict)}**`,
    one.official === undefined ? 'no official plan' : `${SIGNS[one.official.outcome]} ${outcomeText(one.official)}`,
    text(one.verdict.because),
  ]);
  return table(['Requirement', 'Level', 'Verdict (behaviour)', 'Official bar', 'Why'], rows);
}

function leftovers({ leftovers: left }: RunReport): string {
  if (left.length === 0) return '';
  const rows = left.map((one) => [code(showRecordedRef(one.ref)), text(one.why), text(one.remedy)]);
  return `## Left in the cluster (${left.length})\n\n${table(['Object', 'Why', 'What to do'], rows)}`;
}

/** What keeps the run from showing more, and what to do about it. */
function todo(report: RunReport): string {
  const open = report.cases.filter((one) => !isShown(one.outcome) && one.remedy !== undefined);
  if (open.length === 0) return '';
  const lines = open.map(
    (one) => `- ${code(one.id)}: ${outcomeText(one)}. ${text(one.because)}. **${text(one.remedy ?? '')}**`,
  );
  return `## What to do\n\n${lines.join('\n')}`;
}

function caseTable(report: RunReport): string {
  const rows = report.cases.map((one) => [
    code(one.requirement),
    code(shortCaseName(one)),
    `${SIGNS[one.outcome]} ${outcomeText(one)}`,
    decides(one, report),
    one.ms === undefined ? 'did not run' : showDuration(one.ms.all),
    leastWaitText(one),
  ]);
  const heads = ['Requirement', 'Case', 'Result', 'Decides', 'Wall time', 'Required wait'];
  return `<details><summary>${report.cases.length} cases</summary>\n\n${table(heads, rows)}\n\n</details>`;
}

function wallTime(report: RunReport): string {
  const said = criticalPathText(report);
  return said === undefined ? '' : `Wall time: ${text(said)}.`;
}

function decides(one: CaseReport, { requirements }: RunReport): string {
  const requirement = requirements.find((candidate) => candidate.id === one.requirement);
  if (one.kind === 'extended') return 'no (extended)';
  return counts(one, requirement) ? 'yes' : 'no (an alternative suffices)';
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
