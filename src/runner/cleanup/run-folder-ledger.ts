import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { inRun, isAfterwards, RUN_FILES } from '../../evidence/index.ts';
import { readLedger } from '../ledger/ledger.ts';
import type { LedgerEntry, NewLedgerEntry } from '../ledger/ledger-entry.ts';
import { type Pending, replay } from '../ledger/replay.ts';

export interface FolderLedger {
  readonly pending: Pending;
  /** Of the cluster on which the run was. */
  readonly fingerprint: string | undefined;
  /** Process of the run when it is still alive on this machine. */
  readonly atWork: number | undefined;
}

/** What a run folder says is still to be undone: its ledger, and what earlier cleanups have done since. */
export function pendingOf(folder: string): FolderLedger {
  const ledger = readLedger(inRun(folder, RUN_FILES.ledger));
  const since = readdirSync(folder).filter(isAfterwards).sort();
  const entries = [...ledger, ...since.flatMap((file) => readLedger(join(folder, file)))];
  const run = ledger.find((entry) => entry.op === 'run');
  return { pending: replay(entries), fingerprint: run?.fingerprint, atWork: run && alive(run) };
}

function alive(run: Extract<LedgerEntry, { op: 'run' }>): number | undefined {
  if (run.host !== hostname() || run.pid === process.pid) return undefined;
  try {
    process.kill(run.pid, 0);
    return run.pid;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? run.pid : undefined;
  }
}

/** What a cleanup does goes into a file of its own: the ledger belongs to the sealed evidence. */
export class CleanupLog {
  readonly #file: number;

  constructor(folder: string) {
    const stamp = new Date().toISOString().replace(/[:.]/g, '-');
    this.#file = openSync(join(folder, `cleanup-${stamp}.jsonl`), 'ax');
  }

  write(entry: NewLedgerEntry): void {
    writeSync(this.#file, `${JSON.stringify({ ...entry, at: new Date().toISOString() })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
