import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { PlimsollError } from '../../errors.ts';
import { type LedgerEntry, ledgerEntrySchema, type NewLedgerEntry } from './ledger-entry.ts';
import { type Pending, replay } from './replay.ts';

/**
 * What the run is about to do to the cluster, on disk before it is done: after a crash or kill -9 everything can be found and
 * undone. One file, appended to; `write` returns when the line has reached the disk.
 */
export class Ledger {
  readonly path: string;
  readonly #file: number;
  readonly #entries: LedgerEntry[] = [];
  #closed = false;

  /** @param path a file that does not exist yet, or (`resume`) the ledger of an earlier run */
  constructor(path: string, options: { resume?: boolean } = {}) {
    this.path = path;
    if (options.resume) this.#entries.push(...readLedger(path));
    this.#file = openSync(path, options.resume ? 'a' : 'ax');
  }

  /** Throws `ledger-not-written`; then nothing may be created. */
  write(entry: NewLedgerEntry): void {
    const whole: LedgerEntry = { ...entry, at: new Date().toISOString() };
    try {
      if (this.#closed) throw new Error('it is closed');
      const line = Buffer.from(`${JSON.stringify(whole)}\n`);
      for (let done = 0; done < line.length; ) done += writeSync(this.#file, line, done);
      fdatasyncSync(this.#file);
    } catch (cause) {
      throw new PlimsollError(
        'ledger-not-written',
        `cannot write ${this.path}: ${(cause as Error).message}`,
        'Free space or name another folder (--out). Nothing is created that is not in the ledger.',
        { cause },
      );
    }
    this.#entries.push(whole);
  }

  /** What is still to be undone, of one case or of all. */
  pending(caseId?: string): Pending {
    return replay(this.#entries, caseId);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}

/** The entries of a ledger. A last line that is not whole was never acted upon: it is left out. */
export function readLedger(path: string): LedgerEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PlimsollError(
      'ledger-not-readable',
      `cannot read ${path}: ${(cause as Error).message}`,
      'Name the folder of a run, or clean up by labels: plimsoll cleanup --run ID.',
      { cause },
    );
  }
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    const parsed = ledgerEntrySchema.safeParse(json(line));
    if (parsed.success) return parsed.data;
    throw new PlimsollError(
      'ledger-damaged',
      `${path}:${index + 1}: this line is no ledger entry`,
      'Clean up by labels instead: plimsoll cleanup --run ID without the folder.',
    );
  });
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
