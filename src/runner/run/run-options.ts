import type { Case } from '../../case-kit/define-case.ts';
import type { Facts } from '../../case-kit/facts.ts';
import type { RunObserver, RunReport } from '../../evidence/index.ts';
import type { ClusterObjects } from '../../inventory/objects/cluster-objects.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { RequirementId } from '../../program/requirement-facts.ts';
import type { ProbeImage } from '../live/session.ts';

/** What a run is asked to do. */
export interface RunOptions {
  readonly cluster: Cluster;
  readonly facts: Facts;
  /** What the facts' inventory rests on: kept in the run folder, so that it can be taken anew (`discover --from RUN`). */
  readonly objects?: ClusterObjects;
  /** The cases of the requirements. */
  readonly cases: readonly Case[];
  /** Ids of the cases to run; the others are reported as left out. Default all. */
  readonly only?: ReadonlySet<string>;
  /** Requirements to give a verdict on, of the facts' checklist. One without any case is inconclusive. */
  readonly requirements: readonly RequirementId[];
  /** A folder that does not exist yet. */
  readonly folder: string;
  /** 8 hexadecimal digits; see `newRunId`. */
  readonly run: string;
  /** Version of the tool. */
  readonly version: string;
  readonly probe: ProbeImage;
  /** Patterns to take out of the evidence besides the built-in ones. */
  readonly redact?: readonly RegExp[];
  readonly observers?: readonly RunObserver[];
  /** First Ctrl-C: stop and tear down. */
  readonly interrupt?: AbortSignal;
  /** Second Ctrl-C: stop at once and name what stays. */
  readonly abandon?: AbortSignal;
  /** Multiplies all budgets of stages; default 1. */
  readonly budgetFactor?: number;
  /** Stop, with nothing written, when another run that is at work began before this one. Default: it is told, and the run goes on. */
  readonly alone?: boolean;
  /** Writes further files into the run folder (HTML, JUnit, summary), before it is sealed. */
  readonly finish?: (folder: string, report: RunReport) => Promise<void>;
}
