import type { Inventory } from '../inventory/inventory.ts';
import type { Resources } from '../kube/resources.ts';
import type { Version } from '../program/versions.ts';

/** What the user allowed or asked for. */
export interface CaseOptions {
  /** May add or remove nodes. */
  readonly allowScale: boolean;
  /** May install what is missing (an operator, a gang scheduler). */
  readonly allowInstall: boolean;
  /** May disturb what runs already. */
  readonly allowDisrupt: boolean;
  /** What the user says of cluster autoscaling. */
  readonly autoscaling?: AutoscalingOptions;
}

export interface AutoscalingOptions {
  /** The platform provides no cluster autoscaler: the user's statement. */
  readonly none: boolean;
  /** Only these pools, each by a label of its nodes; `accelerator`: what its nodes have, where the cluster does not tell. */
  readonly pools: readonly { readonly key: string; readonly value: string; readonly accelerator?: string }[];
  /** Milliseconds that growing and shrinking may take, where other than usual. */
  readonly upWithin?: number;
  readonly downWithin?: number;
}

/** Everything that a case's `plan` may look at. Nothing of it changes during a run. */
export interface Facts {
  readonly kubernetes: { readonly minor: number; readonly gitVersion: string };
  readonly checklist: Version;
  /** What the API server serves. */
  readonly resources: Resources;
  readonly inventory: Inventory;
  readonly options: CaseOptions;
}

export type { Inventory };
