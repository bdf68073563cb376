import { cut, LineFault, LineScanner } from './line-scanner.ts';
import { readNumber } from './read-number.ts';
import type { Sample } from './sample.ts';

/**
 * `name{label="value",...} value [timestamp]`, and in OpenMetrics ` # {label="value"} value [timestamp]` (an exemplar).
 * `odd` is told what breaks the rules and scrapers read all the same.
 * @throws LineFault
 */
export function readSample(
  text: string,
  line: number,
  format: 'text' | 'openmetrics',
  odd: (what: string) => void,
): Sample {
  const strict = format === 'openmetrics';
  const scanner = new LineScanner(text, strict);
  scanner.blanks();
  let name = scanner.name();
  const separated = scanner.blank;
  scanner.blanks();
  let labels: Readonly<Record<string, string>> = {};
  if (scanner.taken('{')) {
    const read = readLabels(scanner, name === undefined);
    labels = read.labels;
    name ??= read.name;
    if (strict || scanner.blank) scanner.gap('a value');
  } else if (name === undefined) throw scanner.fault('a metric name');
  else if (strict) scanner.gap('a value');
  else if (!separated && !scanner.done) throw scanner.fault('a name followed by a space');
  if (name === undefined) throw new LineFault('a metric name stands nowhere in the line');
  const value = readValue(scanner);
  const timestamp = readTimestamp(scanner, format);
  const exemplar = strict ? readExemplar(scanner) : undefined;
  scanner.blanks();
  if (!scanner.done) throw new LineFault(`${cut(scanner.rest)} is too much`);
  for (const what of scanner.oddities) odd(what);
  return {
    name,
    labels,
    value,
    ...(timestamp === undefined ? {} : { timestamp }),
    line,
    ...(exemplar === undefined ? {} : { exemplar }),
  };
}

function readValue(scanner: LineScanner): number {
  const word = scanner.word('a value');
  const value = readNumber(word);
  if (value === undefined) throw new LineFault(`${cut(word)} is no number`);
  return value;
}

/** Milliseconds. The text format counts whole milliseconds, OpenMetrics seconds. */
function readTimestamp(scanner: LineScanner, format: 'text' | 'openmetrics'): number | undefined {
  const strict = format === 'openmetrics';
  if (scanner.done || (strict && scanner.rest.startsWith(' #'))) return undefined;
  scanner.gap('a timestamp');
  if (scanner.done && !strict) return undefined;
  const word = scanner.word('a timestamp');
  const number = readNumber(word);
  if (number === undefined || !Number.isFinite(number) || (!strict && !/^\d+$/.test(word))) {
    const unit = strict ? 'seconds' : 'whole milliseconds';
    throw new LineFault(`${cut(word)} is no timestamp in ${unit}`);
  }
  return strict ? number * 1000 : number;
}

function readExemplar(scanner: LineScanner): Sample['exemplar'] {
  if (!scanner.taken(' # ')) return undefined;
  if (!scanner.taken('{')) throw scanner.fault("an exemplar's {");
  const { labels } = readLabels(scanner, false);
  scanner.gap("an exemplar's value");
  const value = readValue(scanner);
  const timestamp = readTimestamp(scanner, 'openmetrics');
  return { labels, value, ...(timestamp === undefined ? {} : { timestamp }) };
}

/** After the opening brace. A quoted string alone is the metric's name (text 1.0.0: names of any characters). */
function readLabels(scanner: LineScanner, mayName: boolean): { labels: Record<string, string>; name?: string } {
  const labels: Record<string, string> = {};
  let name: string | undefined;
  for (;;) {
    scanner.blanks();
    if (scanner.taken('}')) break;
    const quoted = scanner.quoted();
    const label = quoted ?? scanner.label();
    if (label === undefined) throw scanner.fault('a label or }');
    scanner.blanks();
    if (scanner.taken('=')) {
      scanner.blanks();
      const value = scanner.quoted();
      if (value === undefined) throw scanner.fault(`a quoted value of ${label}`);
      if (Object.hasOwn(labels, label)) throw new LineFault(`the label ${label} stands there twice`);
      if (label === '__proto__') Object.defineProperty(labels, label, { value, enumerable: true, configurable: true });
      else labels[label] = value;
    } else if (quoted !== undefined && mayName && name === undefined) name = quoted;
    else throw scanner.fault(`= after ${label}`);
    scanner.blanks();
    if (scanner.taken('}')) break;
    if (scanner.taken(',')) continue;
    // Prometheus' parser of the text format does without.
    if (!/^[a-zA-Z_"]/.test(scanner.rest)) throw scanner.fault(', or }');
    scanner.oddities.push(`a comma is missing at ${cut(scanner.rest)}`);
  }
  if (Object.hasOwn(labels, '__name__')) throw new LineFault('__name__ is no label: the name stands before the braces');
  return { labels, ...(name === undefined ? {} : { name }) };
}
