import { readNumber } from './read-number.ts';
import type { Sample } from './sample.ts';

/**
 * Reads a line as nearly all are: `name{label="value",...} value`, perhaps with a timestamp in milliseconds, no blank too many and
 * nothing escaped. Undefined for any other: `readSample` then reads it by all the rules.
 */
export function quickSample(text: string, line: number, format: 'text' | 'openmetrics'): Sample | undefined {
  let at = wordEnd(text, 0, true);
  if (at === 0) return undefined;
  const name = text.slice(0, at);
  const labels: Record<string, string> = {};
  if (text.charCodeAt(at) === BRACE) {
    if (text.includes('\\')) return undefined;
    at += 1;
    for (;;) {
      const start = at;
      at = wordEnd(text, at, false);
      if (at === start || text.charCodeAt(at) !== EQUALS || text.charCodeAt(at + 1) !== QUOTE) return undefined;
      const label = text.slice(start, at);
      const end = text.indexOf('"', at + 2);
      if (end < 0 || label.startsWith('__') || labels[label] !== undefined) return undefined;
      labels[label] = text.slice(at + 2, end);
      at = end + 2;
      const next = text.charCodeAt(end + 1);
      if (next === END_BRACE) break;
      if (next !== COMMA) return undefined;
    }
  }
  if (text.charCodeAt(at) !== SPACE) return undefined;
  at += 1;
  const gap = text.indexOf(' ', at);
  const value = readNumber(gap < 0 ? text.slice(at) : text.slice(at, gap));
  if (value === undefined) return undefined;
  if (gap < 0) return { name, labels, value, line };
  const time = text.slice(gap + 1);
  if (format !== 'text' || !/^\d{1,15}$/.test(time)) return undefined;
  return { name, labels, value, timestamp: Number(time), line };
}

const [SPACE, QUOTE, COMMA, EQUALS, BRACE, END_BRACE] = [32, 34, 44, 61, 123, 125];

/** Where a name of a metric (with colons) or of a label that begins at `from` ends; `from` itself if none begins there. */
function wordEnd(text: string, from: number, colons: boolean): number {
  let at = from;
  for (; ; at += 1) {
    const code = text.charCodeAt(at) | 32;
    // Letters in either case, underscore (95 | 32 = 127), colon; digits but not first.
    if (code >= 97 && code <= 122) continue;
    const exact = text.charCodeAt(at);
    if (exact === 95 || (exact === 58 && colons) || (exact >= 48 && exact <= 57 && at > from)) continue;
    return at;
  }
}
