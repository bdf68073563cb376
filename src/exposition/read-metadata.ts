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

/** Reads a line that begins with `#`; `odd` is told what scrapers read all the same. @throws LineFault */
export function readMetadata(line: string, format: 'text' | 'openmetrics', odd: (what: string) => void): Metadata {
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
  const said = scanner.rest;
  if (strict ? !said.startsWith(' ') : !/^([ \t]|$)/.test(said)) {
    // Prometheus takes the name as far as it is one, passes over one byte, and takes the rest as what is said.
    if (word !== 'HELP' || strict || said.charCodeAt(0) > 127 || said.charCodeAt(0) === 0)
      throw scanner.fault(`a space before what ${word} says`);
    odd(`a space is wanted after ${name} at ${cut(said)}`);
  }
  const text = said.slice(1);
  if (word === 'TYPE') return { of: 'TYPE', name, type: typeNamed(text, format) };
  if (word === 'UNIT') return { of: 'UNIT', name, text };
  const oddities: string[] = [];
  const help = unescaped(text, strict, oddities);
  for (const what of oddities) odd(what);
  return { of: 'HELP', name, text: help };
}

/** As Prometheus reads it: exactly the word, with no further blank around it. */
function typeNamed(word: string, format: 'text' | 'openmetrics'): FamilyType {
  const type = TYPES[format].find((one) => one === word);
  if (type === undefined) throw new LineFault(`${cut(word)} is no type (${TYPES[format].join(', ')})`);
  return type;
}
