import type { styleText } from 'node:util';
import stringWidth from 'string-width';
import type { Finding, Severity } from '../finding.ts';
import { sourceLine, visible } from './source-line.ts';
import {
  countFindings,
  inWords,
  type JudgedSubmission,
  type NotChecked,
  notCheckedOf,
  type ValidationReport,
} from './validation-report.ts';

export type Style = Parameters<typeof styleText>[0];

/** How to draw: `paint` puts colour on (or nothing), `width` is the terminal's, undefined = never break a line. */
export interface TextOptions {
  readonly paint: (style: Style, text: string) => string;
  readonly width: number | undefined;
}

const COLOUR: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'blue' };
/** Width of a source line when nobody says how wide the paper is. */
const DEFAULT_WIDTH = 120;

/** The output for people: grouped by file, then what was not checked, then the sum. */
export function textOutput(report: ValidationReport, options: TextOptions): string {
  const { submissions, profile } = report;
  const blocks = submissions.map((submission) => fileBlock(submission, options));
  // Clean files are one line each and stand together; a file with findings has room around it.
  const body = blocks.reduce((text, block, index) => {
    const apart = index > 0 && (block.includes('\n') || blocks[index - 1]?.includes('\n'));
    return text + (apart ? '\n' : '') + block + (block.endsWith('\n') ? '' : '\n');
  }, '');
  return `${body}\n${notCheckedBlock(notCheckedOf(submissions), submissions.length, options)}${summary(submissions, profile, options)}`;
}

function fileBlock(submission: JudgedSubmission, options: TextOptions): string {
  const { path, findings, ok, text } = submission;
  const { paint } = options;
  const words = inWords(countFindings([submission]));
  const verdict = findings.length === 0 ? paint('green', 'ok') : paint(ok ? 'yellow' : 'red', words);
  const header = `${paint(['bold', 'underline'], visible(path))}  ${verdict}`;
  if (findings.length === 0) return header;
  const lines = text.split(/\r\n|\n|\r/);
  const gutter = Math.max(...findings.map((one) => place(one).length));
  const serious = findings.filter((one) => one.severity !== 'info');
  const told = new Set<string>();
  const blocks = serious.map((finding, index) => {
    const before = serious[index - 1];
    const samePlace = before !== undefined && place(before) === place(finding);
    const source = samePlace ? undefined : lines[finding.line - 1];
    // The same advice for the same rule is given once in a file.
    const advice = `${finding.rule} ${finding.remedy}`;
    const remedy = told.has(advice) ? undefined : finding.remedy;
    told.add(advice);
    return findingBlock(finding, { source, remedy, gutter }, options);
  });
  const asides = Map.groupBy(
    findings.filter((one) => one.severity === 'info'),
    (one) => one.rule,
  );
  return `${header}\n\n${[...blocks, ...[...asides.values()].map((some) => infoBlock(some, gutter, options))].join('\n')}`;
}

/** What is only good to know stands together at the end of a file, a line for each. */
function infoBlock(findings: readonly Finding[], gutter: number, options: TextOptions): string {
  const { paint, width } = options;
  const [first] = findings;
  if (!first) return '';
  const indent = ' '.repeat(gutter + 4);
  const title = `${indent}${paint(COLOUR.info, 'info')} ${paint('bold', first.rule)}${findings.length > 1 ? paint('dim', ` ${findings.length} times`) : ''}`;
  const rows = findings.map((one) => {
    const text = wrap(visible(one.message), indent, '', width).slice(indent.length);
    return `  ${paint('dim', place(one).padStart(gutter))}  ${text}`;
  });
  const remedies = new Set(findings.map((one) => one.remedy));
  const advice = [...remedies].map((remedy) => wrap(`${paint('green', '→')} ${visible(remedy)}`, indent, '  ', width));
  return [title, ...rows, ...advice, ''].join('\n');
}

interface Shown {
  readonly source: string | undefined;
  readonly remedy: string | undefined;
  readonly gutter: number;
}

function findingBlock(finding: Finding, { source, remedy, gutter }: Shown, options: TextOptions): string {
  const { paint, width } = options;
  const { rule, severity, subject, message, column } = finding;
  const indent = ' '.repeat(gutter + 4);
  const title = `  ${paint('dim', place(finding).padStart(gutter))}  ${paint([COLOUR[severity], 'bold'].flat() as Style, severity)} ${paint('bold', rule)} ${paint('dim', visible(subject))}`;
  const seen = sourceLine(source, column, (width ?? DEFAULT_WIDTH) - indent.length - 2);
  const picture = seen
    ? [
        `${indent}${paint('dim', `│ ${seen.text}`)}`,
        `${indent}${paint('dim', '│ ')}${seen.indent}${paint(COLOUR[severity], '^')}`,
      ]
    : [];
  const advice = remedy ? [wrap(`${paint('green', '→')} ${visible(remedy)}`, indent, '  ', width)] : [];
  return [title, wrap(visible(message), indent, '', width), ...picture, ...advice, ''].join('\n');
}

function place({ line, column }: Finding): string {
  return `${line}:${column}`;
}

function notCheckedBlock(gaps: readonly NotChecked[], total: number, { paint, width }: TextOptions): string {
  if (gaps.length === 0) return '';
  const items = gaps.map(({ sentence, submissions }) => {
    const scope = submissions === total ? '' : ` (${submissions} of ${total} submissions)`;
    return wrap(`- ${visible(sentence)}${scope}`, '  ', '  ', width);
  });
  return `${[paint('bold', 'Not checked'), ...items, ''].join('\n')}\n`;
}

function summary(submissions: readonly JudgedSubmission[], profile: string, { paint }: TextOptions): string {
  const bad = submissions.filter((one) => !one.ok).length;
  const total = submissions.length;
  const noun = total === 1 ? 'submission' : 'submissions';
  const words = inWords(countFindings(submissions));
  const outcome =
    bad === 0
      ? paint('green', `${total} ${noun} without an error`)
      : paint('red', `${bad} of ${total} ${noun} with errors`);
  const hint = words === 'no findings' ? '' : `${paint('dim', '`plimsoll explain RULE` tells more about a rule.')}\n`;
  return `${outcome}: ${words} (profile ${profile}).\n${hint}`;
}

/** Breaks at blanks so that no line is wider than `width`; every line after the first gets `hang` more. */
function wrap(text: string, indent: string, hang: string, width: number | undefined): string {
  if (width === undefined) return text.replace(/^/gm, indent);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      const room = width - indent.length - (lines.length > 0 ? hang.length : 0);
      if (line !== '' && stringWidth(`${line} ${word}`) > room) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line, index) => indent + (index > 0 ? hang : '') + line).join('\n');
}
