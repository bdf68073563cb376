import { bodyKind } from './body-kind.ts';
import { Collector } from './collector.ts';
import { LineFault } from './line-scanner.ts';
import { readMetadata } from './read-metadata.ts';
import { readSample } from './read-sample.ts';
import type { Exposition, Problem } from './sample.ts';

const MOST_SAMPLES = 200_000;

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
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    if (eof > 0) {
      collector.problem({
        line: number,
        code: 'end',
        message: `something stands after # EOF (line ${eof})`,
        fatal: true,
      });
      break;
    }
    if (readLine(collector, line, number, format)) eof = number;
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

/** True for the line that ends an OpenMetrics answer. */
function readLine(collector: Collector, line: string, number: number, format: 'text' | 'openmetrics'): boolean {
  const blank = line.trim() === '';
  if (blank && format === 'text') return false;
  const comment = (format === 'text' ? line.trimStart() : line).startsWith('#');
  try {
    if (!comment) collector.sample(readSample(line, number, format));
    else {
      const metadata = readMetadata(format === 'text' ? line.trimStart() : line, format);
      if (metadata.of === 'EOF') return true;
      if (metadata.of !== 'comment') collector.metadata(metadata, number);
    }
  } catch (fault) {
    if (!(fault instanceof LineFault)) throw fault;
    // Prometheus passes over a HELP that it cannot read; for anything else it throws the answer away.
    const help = comment && format === 'text' && /^\s*#\s+HELP/.test(line);
    const code = comment ? 'metadata' : 'syntax';
    collector.problem({ line: number, code, message: fault.message, fatal: !help });
  }
  return false;
}

function refusal({ code, message }: Pick<Problem, 'code' | 'message'>): Exposition {
  return { format: 'none', families: [], samples: [], problems: [{ line: 0, code, message, fatal: true }] };
}
