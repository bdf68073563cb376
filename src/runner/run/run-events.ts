import { closeSync, openSync, writeSync } from 'node:fs';
import type { NewRunEvent, Redact, RunClock, RunEvent, RunObserver } from '../../evidence/index.ts';

/** Tells what happens as it happens: a line in events.jsonl, and whoever listens (the live board, `--format json`). */
export class RunEvents {
  readonly #clock: RunClock;
  readonly #redact: Redact;
  readonly #observers: readonly RunObserver[];
  readonly #file: number;
  #closed = false;
  #failure: Error | undefined;

  constructor(path: string, clock: RunClock, redact: Redact, observers: readonly RunObserver[]) {
    this.#clock = clock;
    this.#redact = redact;
    this.#observers = observers;
    this.#file = openSync(path, 'ax');
  }

  emit(event: NewRunEvent): void {
    const whole = this.#redact({ t: this.#clock.t(), at: this.#clock.at(), ...event }) as RunEvent;
    if (!this.#closed && this.#failure === undefined) this.#write(whole);
    for (const observer of this.#observers) observer(whole);
  }

  /** A disk that is full must not keep a case from being torn down: it is said once. */
  #write(event: RunEvent): void {
    try {
      writeSync(this.#file, `${JSON.stringify(event)}\n`);
    } catch (error) {
      this.#failure = error as Error;
      const message = `events.jsonl cannot be written any more: ${this.#failure.message}`;
      this.emit({ event: 'warning', message, remedy: 'Free space or name another folder (--out), then run again.' });
    }
  }

  /** The file is complete; listeners are told all the same. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}
