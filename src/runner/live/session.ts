import type { Cluster } from '../../kube/cluster.ts';
import type { Resources } from '../../kube/resources.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CaseLog } from './case-log.ts';
import type { Declared } from './declared.ts';
import type { Recorder } from './recorder.ts';

/** The probe image as the user's options name it. */
export interface ProbeImage {
  readonly image: string;
  /** A Secret for pulling it, copied into every namespace of a case; never written to the evidence. */
  readonly pullSecret?: { readonly type: string; readonly data: Readonly<Record<string, string>> };
}

/** The name of the copy. */
export const PULL_SECRET = 'plimsoll-pull';

/** Everything that the parts of one case's bench share. */
export interface Session {
  readonly run: string;
  readonly caseId: string;
  /** Value of the case's label. */
  readonly caseLabel: string;
  readonly probe: ProbeImage;
  /** The run's own, for every pod that does not name another. */
  readonly priorityClass: string | undefined;
  /** Ends with `signal`. */
  readonly cluster: Cluster;
  readonly resources: Resources;
  readonly signal: AbortSignal;
  readonly declared: Declared;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly log: CaseLog;
  /** The case's namespaces, the first being its own. */
  readonly namespaces: string[];
  /** Uids of the objects that the case created. */
  readonly own: Set<string>;
  /** Writes under way: the teardown waits for them, so that nothing is created behind its back. */
  readonly underway: Set<Promise<unknown>>;
  /** Deadlines of waits (never the windows in which nothing may happen) are so many times longer: `--budget-factor`, at least 1. */
  readonly patience: number;
  releaseTokens(): void;
  /** True from the end of the act: the bench takes no more orders. */
  closed: boolean;
}
