import type { Toleration } from '../node-facts.ts';

/** One kind of accelerator that nodes of a pool have, and how that is known. */
export interface PoolOffer {
  readonly mode: 'device-plugin' | 'dra';
  /** Extended resource or DRA driver. */
  readonly name: string;
  readonly vendor: string | undefined;
  readonly simulated: boolean;
  /** Of `dra`: the class to ask by. */
  readonly deviceClass?: string;
  /** `2 on node gpu-1`, `its settings name nvidia.com/gpu`. */
  readonly known: string;
}

/** A group of nodes that grows and shrinks by itself, as far as the cluster tells. */
export interface AutoscaledPool {
  /** Id of the solution (tables/solutions.json), or `named` for one that a user named. */
  readonly by: string;
  /** For people: `Karpenter NodePool gpu`. */
  readonly title: string;
  readonly name: string;
  /** The name by which Cluster Autoscaler's status has it, where that is another: `MachineDeployment/ns/name`. */
  readonly group?: string;
  /** The label that nodes of the pool, and no others, carry; undefined when nothing tells. */
  readonly label?: { readonly key: string; readonly value: string };
  /** Names of its nodes at the moment. */
  readonly nodes: readonly string[];
  /** Bounds, in nodes, where told. */
  readonly least?: number;
  readonly most?: number;
  /** Why it cannot grow by one node. */
  readonly full?: string;
  /** What pods need to be put on its nodes. */
  readonly tolerations: readonly Toleration[];
  readonly offers: readonly PoolOffer[];
}

/** What of autoscaling was found, and where it was looked for: without the latter "none" is an empty word. */
export interface Autoscaling {
  readonly pools: readonly AutoscaledPool[];
  /** One line for each place: what it is, and what was found there. */
  readonly looked: readonly string[];
}
