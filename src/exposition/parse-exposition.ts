import { bodyKind } from './body-kind.ts';
import { Collector } from './collector.ts';
import { LineFault, OpenQuote } from './line-scanner.ts';
import { quickSample } from './quick-sample.ts';
import { readMetadata } from './read-metadata.ts';
import { readSample } from './read-sample.ts';
import type { Exposition, Problem } from './sample.ts';

const MOST_SAMPLES = 500_000;
/** Lines over which a quoted value is looked for its end: Prometheus takes line breaks within one. */
const MOST_LINES_OF_A_VALUE = 20;

/**
 * Reads what a metrics endpoint answered. Never throws: what is wrong stands in `problems`, with the line.
 * Formats: Prometheus text 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats) and OpenMetrics 1.0
 * (github.com/prometheus/OpenMetrics), chosen by the Content-Type.
 */
export function parseExposition(text: string, contentType: string | undefined): Exposition {
  const kind = bodyKind(text, contentType);
  if (kind.format === 'none') return refusal(kind);
  const { format } = kind;
  const collector = new Collector(format);
  const lines = text.split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  let eof = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const number = index + 1;
    const line = lines[index] ?? '';
    if (eof > 0) {
      collector.problem({
        line: number,
        code: 'end',
        message: `something stands after # EOF (line ${eof})`,
        fatal: true,
      });
      break;
    }
    const read = readLine(collector, line, number, format, () =>
      lines.slice(index + 1, index + 1 + MOST_LINES_OF_A_VALUE),
    );
    if (read === 'end') eof = number;
    else index += read;
    if (collector.count > MOST_SAMPLES) {
      const message = `the answer has more than ${MOST_SAMPLES} samples (at line ${number}); it is not read`;
      return refusal({ code: 'too-large', message });
    }
  }
  if (format === 'openmetrics' && eof === 0)
    collector.problem({
      line: lines.length,
      code: 'end',
      message: 'an OpenMetrics answer ends with # EOF; this one does not: it was cut off',
      fatal: true,
    });
  if (!ended)
    collector.problem({
      line: lines.length,
      code: 'end',
      message: 'the last line has no line break: it may be cut off',
      fatal: false,
    });
  return { format, ...collector.finished() };
}

/** Blanks of the text format: a carriage return, a byte order mark and others are none. */
const BLANKS = /^[ \t]*/;

/** `end` for the line that ends an OpenMetrics answer; else how many of the next lines belong to this one. */
function readLine(
  collector: Collector,
  line: string,
  number: number,
  format: 'text' | 'openmetrics',
  next: () => readonly string[],
): number | 'end' {
  const quick = quickSample(line, number, format);
  if (quick !== undefined) {
    collector.sample(quick);
    return 0;
  }
  const start = format === 'text' ? (BLANKS.exec(line)?.[0].length ?? 0) : 0;
  if (format === 'text' && start === line.length) return 0;
  const comment = line[start] === '#';
  const odd =
    (code: 'syntax' | 'metadata') =>
    (message: string): void =>
      collector.problem({ line: number, code, message, fatal: false });
  try {
    if (!comment) collector.sample(readSample(line, number, format, odd('syntax')));
    else {
      const metadata = readMetadata(start === 0 ? line : line.slice(start), format, odd('metadata'));
      if (metadata.of === 'EOF') return 'end';
      if (metadata.of !== 'comment') collector.metadata(metadata, number);
    }
  } catch (fault) {
    if (!(fault instanceof LineFault)) throw fault;
    if (fault instanceof OpenQuote && !comment && format === 'text') {
      const taken = readOver(collector, line, number, next());
      if (taken > 0) return taken;
    }
    collector.problem({ line: number, code: comment ? 'metadata' : 'syntax', message: fault.message, fatal: true });
  }
  return 0;
}

/** A sample of the text format with line breaks within a quoted value; 0 when the next lines do not end it. */
function readOver(collector: Collector, line: string, number: number, next: readonly string[]): number {
  let whole = line;
  for (const [at, more] of next.entries()) {
    whole += `\n${more}`;
    if (!more.includes('"')) continue;
    try {
      const odd = (message: string): void => collector.problem({ line: number, code: 'syntax', message, fatal: false });
      const sample = readSample(whole, number, 'text', odd);
      odd('a line break stands within a quoted value');
      collector.sample(sample);
      return at + 1;
    } catch (fault) {
      if (!(fault instanceof OpenQuote)) return 0;
    }
  }
  return 0;
}

function refusal({ code, message }: Pick<Problem, 'code' | 'message'>): Exposition {
  return {
    format: 'none',
    families: [],
    samples: [],
    problems: [{ line: 0, code, message, fatal: code !== 'too-large' }],
  };
}
