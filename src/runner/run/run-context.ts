import type { Redact, RunClock } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { Resources } from '../../kube/resources.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ProbeImage } from '../live/session.ts';
import type { TokenQueue } from '../schedule/token-queue.ts';
import type { RunEvents } from './run-events.ts';

/** What all cases of a run share. */
export interface RunContext {
  readonly run: string;
  readonly folder: string;
  readonly tool: string;
  readonly cluster: Cluster;
  readonly resources: Resources;
  readonly probe: ProbeImage;
  readonly priorityClass: string | undefined;
  readonly clock: RunClock;
  readonly redact: Redact;
  readonly ledger: Ledger;
  readonly events: RunEvents;
  readonly tokens: TokenQueue;
  /** First Ctrl-C: stop and tear down. Second: stop tearing down. */
  readonly interrupt: AbortSignal;
  readonly abandon: AbortSignal;
  /** All budgets are multiplied by it. */
  readonly budgetFactor: number;
  /** A number for each case, for its namespace. */
  nextNumber(): number;
}
