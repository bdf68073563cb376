import type { AcceleratorMode, NodeAccelerators, NodePlan } from '../../node/node.ts';

/** What a set-up makes the accelerators of one node from. */
export interface SetupGround {
  readonly plan: NodePlan;
  /** The node's folder of accelerators, on the host and at the same path inside the node. */
  readonly folder: string;
  readonly count: number;
  /** Absolute path of a built program or library. */
  readonly program: (name: string) => string;
}

/** What a node offers when a set-up's programs have registered: an extended resource, or devices of a DRA driver. */
export type Offer = { readonly resource: string } | { readonly driver: string };

/** One way in which a vendor hands accelerators out. */
export interface AcceleratorSetup {
  readonly name: string;
  readonly summary: string;
  readonly mode: Exclude<AcceleratorMode, 'none'>;
  /** Components of lab/build that it needs. */
  readonly programs: readonly string[];
  /** The image that the load of this vendor's row needs (src/inventory/tables/accelerator-loads.json), where it is not the probe's. */
  readonly loadImage?: 'python';
  /** What was changed in the vendor's programs; undefined: they are as published. */
  readonly relaxed?: string;
  readonly offers: Offer;
  /** Objects of the cluster, as a vendor's chart brings them. */
  readonly objects: readonly SetupObject[];
  /** Makes the devices. What it makes lies below the folder, so that `release` finds it. */
  make(ground: SetupGround): Promise<NodeAccelerators>;
}

/** An object that is not in a namespace, or in one that is an object of the set-up, too. */
export interface SetupObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}
