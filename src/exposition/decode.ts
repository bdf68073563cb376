import { isUtf8 } from 'node:buffer';
import type { Problem } from './sample.ts';

/**
 * The text of an answer, and its lines that are no UTF-8: a scraper throws the answer away for one, but in a comment that says nothing.
 * At most 100 are told.
 */
export function decodeExposition(bytes: Uint8Array): { readonly text: string; readonly problems: readonly Problem[] } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (isUtf8(buffer)) return { text, problems: [] };
  const problems: Problem[] = [];
  let start = 0;
  for (let line = 1; start < buffer.length && problems.length < 100; line += 1) {
    const end = buffer.indexOf(10, start);
    const own = buffer.subarray(start, end < 0 ? buffer.length : end);
    start += own.length + 1;
    if (isUtf8(own) || /^[ \t]*#(?![ \t]+(HELP|TYPE|UNIT)[ \t])/.test(own.toString('latin1'))) continue;
    problems.push({ line, code: 'syntax', message: 'this line is no UTF-8', fatal: true });
  }
  return { text, problems };
}
