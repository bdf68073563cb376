import { createHash } from 'node:crypto';
import type { Finding, Severity } from '../finding.ts';
import type { RuleFacts } from '../rule.ts';
import { type JudgedSubmission, notCheckedOf, type ValidationReport } from './validation-report.ts';

const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** Characters of a line that a result shows. */
const MOST_SNIPPET = 200;

/** SARIF 2.1.0 for code scanning: the rules that spoke, each finding as a result, and what was not checked as notes. */
export function sarifOutput({ profile, version, submissions, rules }: ValidationReport): string {
  const spoken = new Set(submissions.flatMap(({ findings }) => findings.map((finding) => finding.rule)));
  const ids = [...spoken].toSorted();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'plimsoll', version, rules: ids.map((id) => descriptor(id, rules)) } },
        automationDetails: { id: `plimsoll/validate/${profile}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notCheckedOf(submissions).map(({ sentence }) => ({
              level: 'note',
              message: { text: `Not checked: ${sentence}` },
            })),
          },
        ],
        results: submissions.flatMap((submission) => resultsOf(submission, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function descriptor(id: string, rules: readonly RuleFacts[]): object {
  const facts = rules.find((rule) => rule.id === id);
  if (!facts) return { id };
  return {
    id,
    shortDescription: { text: facts.reason },
    help: { text: `${facts.remedy}\n\nSource: ${facts.source}` },
    defaultConfiguration: { level: LEVEL[facts.severity] },
    properties: { profiles: facts.profiles },
  };
}

function resultsOf({ path, text, findings }: JudgedSubmission, ids: readonly string[]): object[] {
  const lines = text.split(/\r\n|\n|\r/);
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { rule, severity, message, remedy, line, column } = finding;
    const piece = lines[line - 1]?.slice(column - 1, column - 1 + MOST_SNIPPET);
    const shown = piece ? { endColumn: column + piece.length, snippet: { text: piece } } : {};
    const region = { startLine: line, startColumn: column, ...shown };
    return {
      ruleId: rule,
      ruleIndex: ids.indexOf(rule),
      level: LEVEL[severity],
      message: { text: `${message}\n${remedy}` },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' }, region } }],
      partialFingerprints: { 'plimsollFinding/v1': fingerprint(path, finding, seen) },
    };
  });
}

/** Relative, so that GitHub finds the file in the repository; each segment is encoded (product folders may have spaces). */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The same objection keeps its fingerprint when lines move; the second one of the same words gets another. */
function fingerprint(path: string, { rule, subject, message }: Finding, seen: Map<string, number>): string {
  const key = JSON.stringify([path, rule, subject, message]);
  const times = seen.get(key) ?? 0;
  seen.set(key, times + 1);
  return createHash('sha256').update(`${key}:${times}`).digest('hex').slice(0, 32);
}
