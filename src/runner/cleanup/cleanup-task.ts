import type { Leftover } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { NewLedgerEntry } from '../ledger/ledger-entry.ts';
import type { Pending } from '../ledger/replay.ts';

/** What has to be undone, and how its progress is told. */
export interface CleanupTask {
  readonly cluster: Cluster;
  readonly run: string;
  readonly pending: Pending;
  /** Ends waiting: what is still there then is left over. */
  readonly signal: AbortSignal;
  /** Nothing more is asked of the cluster: what is still there is named as it stands in the ledger (second Ctrl-C). */
  readonly abandon?: AbortSignal;
  /** Written as things are undone. */
  done(entry: Extract<NewLedgerEntry, { op: 'gone' | 'restored' }>): void;
  /** Everything but the namespaces is gone: what the case held in the cluster is free again. */
  freed?(): void;
  /** What is being waited for. */
  progress(reason: string): void;
}

export type CleanupOutcome = readonly Leftover[];
