import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Redact } from '../redact/redact.ts';
import { evidenceNotWritten } from '../run/not-written.ts';
import type { RunClock } from '../run/run-clock.ts';
import type { Entry, NewEntry } from './entry.ts';

/**
 * Appends entries to a timeline.jsonl. An entry is in the kernel's hands when `write` returns, so a killed program loses at most the
 * line that it was writing. What must not be written down is taken out first.
 */
export class TimelineWriter {
  readonly path: string;
  readonly #clock: RunClock;
  readonly #redact: Redact;
  readonly #file: number;
  #seq = 0;
  #closed = false;

  constructor(path: string, clock: RunClock, redact: Redact) {
    this.path = path;
    this.#clock = clock;
    this.#redact = redact;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'ax');
  }

  /** Writes one entry and returns it as it was written. Throws `evidence-not-written`. Entries after `close` are dropped. */
  write(entry: NewEntry): Entry {
    const head = { seq: this.#seq + 1, t: this.#clock.t(), at: this.#clock.at() };
    const whole = this.#redact({ ...head, ...entry }) as Entry;
    if (this.#closed) return whole;
    const line = Buffer.from(`${JSON.stringify(whole)}\n`);
    try {
      for (let done = 0; done < line.length; ) done += writeSync(this.#file, line, done);
    } catch (error) {
      throw evidenceNotWritten(this.path, error);
    }
    this.#seq += 1;
    return whole;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}
