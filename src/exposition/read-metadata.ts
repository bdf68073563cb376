import { cut, LineFault, LineScanner, unescaped } from './line-scanner.ts';
import type { FamilyType } from './sample.ts';

export type Metadata =
  | { readonly of: 'TYPE'; readonly name: string; readonly type: FamilyType }
  | { readonly of: 'HELP' | 'UNIT'; readonly name: string; readonly text: string }
  | { readonly of: 'EOF' }
  /** An ordinary comment: says nothing. */
  | { readonly of: 'comment' };

const TYPES: Readonly<Record<'text' | 'openmetrics', readonly FamilyType[]>> = {
  text: ['counter', 'gauge', 'histogram', 'summary', 'untyped'],
  openmetrics: ['counter', 'gauge', 'histogram', 'summary', 'unknown', 'info', 'stateset', 'gaugehistogram'],
};

/** Reads a line that begins with `#`. @throws LineFault */
export function readMetadata(line: string, format: 'text' | 'openmetrics'): Metadata {
  const strict = format === 'openmetrics';
  if (strict && line === '# EOF') return { of: 'EOF' };
  const [, word = '', rest = ''] =
    (strict ? /^# (HELP|TYPE|UNIT) (.*)$/s : /^#[ \t]+(HELP|TYPE)[ \t]+(.*)$/s).exec(line) ?? [];
  if (word === '') {
    if (strict) throw new LineFault(`OpenMetrics has no comments but HELP, TYPE, UNIT and EOF: ${cut(line)}`);
    return { of: 'comment' };
  }
  const scanner = new LineScanner(rest, strict);
  const name = scanner.quoted() ?? scanner.name();
  if (name === undefined) throw scanner.fault(`a metric name after ${word}`);
  // HELP may be empty; everything else says something.
  if (!scanner.done) scanner.gap(`what ${word} says`);
  if (word === 'TYPE') return { of: 'TYPE', name, type: typeNamed(scanner.rest, format) };
  if (word === 'UNIT') return { of: 'UNIT', name, text: scanner.rest };
  return { of: 'HELP', name, text: unescaped(scanner.rest, strict) };
}

function typeNamed(text: string, format: 'text' | 'openmetrics'): FamilyType {
  const word = format === 'openmetrics' ? text : text.trim();
  const type = TYPES[format].find((one) => one === word);
  if (type === undefined) throw new LineFault(`${cut(word)} is no type (${TYPES[format].join(', ')})`);
  return type;
}
