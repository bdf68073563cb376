import { readFileSync } from 'node:fs';
import { PlimsollError } from '../../errors.ts';
import { type Entry, entrySchema } from './entry.ts';
import type { Timeline } from './question.ts';
import { timelineOf } from './recorded-timeline.ts';

/**
 * Reads a timeline.jsonl. A last line that is not whole (the program was killed while it wrote) is left out and reported as
 * `truncated`; anything else that is no entry throws `timeline-damaged` with the line.
 */
export function readTimeline(path: string): Timeline {
  return parseTimeline(readFileSync(path, 'utf8'), path);
}

export function parseTimeline(text: string, path: string): Timeline {
  const lines = text.split('\n');
  // A whole file ends with a line break, so what follows the last one is either nothing or half a line.
  const rest = lines.pop() ?? '';
  const entries = lines.map((line, index) => parseLine(line, index + 1, path));
  return timelineOf(entries, { truncated: rest !== '' });
}

function parseLine(line: string, number: number, path: string): Entry {
  const damaged = (why: string): PlimsollError =>
    new PlimsollError(
      'timeline-damaged',
      `${path}:${number}: ${why}`,
      'The file was changed or damaged after it was written; its verdict cannot be recomputed. Take the original.',
    );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged('this line is not JSON');
  }
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(`this line is no timeline entry (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
  }
  if (parsed.data.seq !== number) throw damaged(`entry ${parsed.data.seq} stands where entry ${number} has to be`);
  return parsed.data;
}
