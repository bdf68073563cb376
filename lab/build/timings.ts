import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** How long something took the last time, to say how long it may take this time. A convenience: never in the way. */
const timingsSchema = z.record(z.string(), z.object({ seconds: z.number(), at: z.string() }));
type Timings = z.infer<typeof timingsSchema>;

const fileOf = (cache: string): string => join(cache, 'timings.json');

/** Everything remembered, empty when there is nothing or it cannot be read. */
export function readTimings(cache: string): Timings {
  try {
    return timingsSchema.parse(JSON.parse(readFileSync(fileOf(cache), 'utf8')));
  } catch {
    return {};
  }
}

/** Remembers that `what` took so many seconds. */
export function rememberTiming(cache: string, what: string, seconds: number): void {
  const timings: Timings = {
    ...readTimings(cache),
    [what]: { seconds: Math.round(seconds * 10) / 10, at: new Date().toISOString() },
  };
  mkdirSync(dirname(fileOf(cache)), { recursive: true });
  const next = `${fileOf(cache)}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(timings, undefined, 2)}\n`);
  renameSync(next, fileOf(cache));
}

/** "45 s", "4 min 34 s". */
export function inWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
