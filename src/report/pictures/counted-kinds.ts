import { bound, condition, list, type RecordedObject, read, ready, running, text } from '../../evidence/index.ts';

/** What is counted of a kind over time. The first count is the weakest: the others are part of it, more or less. */
export interface CountedKind {
  /** `apiVersion` without its version, since versions come and go: `v1`'s group is ``. */
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly counts: readonly { readonly name: string; readonly holds: (object: RecordedObject) => boolean }[];
}

/** The kinds whose states make the pictures of cases. A row for another kind goes here. */
export const COUNTED_KINDS: readonly CountedKind[] = [
  {
    group: '',
    kind: 'Pod',
    plural: 'pods',
    counts: [
      { name: 'exist', holds: () => true },
      { name: 'bound', holds: (pod) => bound(pod) === true },
      { name: 'running', holds: (pod) => running(pod) === true },
    ],
  },
  {
    group: 'resource.k8s.io',
    kind: 'ResourceClaim',
    plural: 'claims',
    counts: [
      { name: 'exist', holds: () => true },
      { name: 'allocated', holds: (claim) => read(claim, 'status.allocation') !== undefined },
      { name: 'reserved', holds: (claim) => list(claim, 'status.reservedFor').length > 0 },
    ],
  },
  {
    group: '',
    kind: 'Node',
    plural: 'nodes',
    counts: [
      { name: 'exist', holds: () => true },
      { name: 'ready', holds: (node) => ready(node) === true },
    ],
  },
  {
    group: 'karpenter.sh',
    kind: 'NodeClaim',
    plural: 'Karpenter machines',
    counts: [
      { name: 'exist', holds: () => true },
      { name: 'ready', holds: (claim) => text(condition(claim, 'Ready'), 'status') === 'True' },
    ],
  },
  {
    group: 'kueue.x-k8s.io',
    kind: 'Workload',
    plural: 'Kueue workloads',
    counts: [
      { name: 'exist', holds: () => true },
      { name: 'admitted', holds: (workload) => text(condition(workload, 'Admitted'), 'status') === 'True' },
    ],
  },
];
