import type { Finding, Severity } from '../finding.ts';
import { countFindings, inWords, notCheckedOf, type ValidationReport } from './validation-report.ts';

const COMMAND: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Workflow commands that GitHub Actions turns into annotations on the pull request, and a last line for the log.
 * `file` is relative to the checkout, which is what GitHub expects when the workflow checks out into its workspace.
 */
export function githubOutput({ profile, submissions }: ValidationReport): string {
  const annotations = submissions.flatMap(({ path, findings }) => findings.map((finding) => annotation(path, finding)));
  const gaps = notCheckedOf(submissions).map(({ sentence }) => `not checked: ${oneLine(sentence)}`);
  const summary = `plimsoll validate (profile ${profile}): ${inWords(countFindings(submissions))} in ${submissions.length} submission${submissions.length === 1 ? '' : 's'}`;
  return `${[...annotations, ...gaps, summary].join('\n')}\n`;
}

function annotation(path: string, finding: Finding): string {
  const { rule, severity, subject, message, remedy, line, column } = finding;
  const place = `file=${property(path)},line=${line},col=${column}`;
  const title = `title=${property(`${rule} (${subject})`)}`;
  return `::${COMMAND[severity]} ${place},${title}::${data(`${message}\n${remedy}`)}`;
}

/** What actions/toolkit escapes in the text of a command. */
function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

/** What it escapes in a property, where `:` and `,` have a meaning of their own. */
function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
