import type { KubeObject } from '../../../src/kube/object.ts';

/** Pods that want a node of Karpenter's say so: nothing else makes the lab grow. */
export const POOL_TAINT = { key: 'lab.plimsoll.dev/on-demand', value: 'true', effect: 'NoSchedule' } as const;
const NODE_CLASS = 'lab';

/** What a pool of the lab is made of. */
export interface PoolRequest {
  readonly name: string;
  /** Names of machine types (lab/provider/machine-types.ts). */
  readonly types: readonly string[];
  /** At most so many nodes, default 3. */
  readonly most?: number;
  /** How long an empty node stays, default `0s`; `Never`: for ever. */
  readonly emptyFor?: string;
  /** How old a node gets, default `Never`. */
  readonly expireAfter?: string;
  /** An accelerator's extended resource that the pool's limits name, as is usual for pools of accelerators. */
  readonly resource?: string;
  /** A DRA driver in whose domain the nodes get a label: the only word of an empty pool on what it has. */
  readonly driver?: string;
}

/** A NodePool (karpenter.sh/v1) of real lab nodes. */
export function nodePool(request: PoolRequest): KubeObject {
  const { name, types, most = 3, emptyFor = '0s', expireAfter = 'Never', resource, driver } = request;
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        ...(driver === undefined ? {} : { metadata: { labels: { [`${driver}/present`]: 'true' } } }),
        spec: {
          nodeClassRef: { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: NODE_CLASS },
          taints: [POOL_TAINT],
          requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: [...types] }],
          expireAfter,
          terminationGracePeriod: '30s',
        },
      },
      limits: resource === undefined ? { nodes: String(most) } : { [resource]: String(most) },
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: emptyFor, budgets: [{ nodes: '100%' }] },
    },
  };
}

/** Karpenter wants a class for every pool; the lab's machines need nothing said there. */
export function nodeClass(): KubeObject {
  return {
    apiVersion: 'karpenter.kwok.sh/v1alpha1',
    kind: 'KWOKNodeClass',
    metadata: { name: NODE_CLASS },
    spec: {},
  };
}
