import type { AcceleratorAsk, KindName, Place } from '../../case-kit/index.ts';

/** One pool and one kind of accelerator, as every case of this requirement uses it. Plain JSON. */
export interface ScaleTarget {
  readonly by: string;
  /** For people: `Karpenter NodePool gpu`. */
  readonly pool: string;
  /** The label that nodes of the pool carry. Without it the pool is "whatever has this accelerator". */
  readonly label?: { readonly key: string; readonly value: string };
  readonly ask: AcceleratorAsk;
  /** How it is known that the pool has this accelerator; undefined: it is not, and a pool that does not grow shows nothing. */
  readonly known?: string;
  /** Of the taints that the pool is known to give its nodes. */
  readonly tolerations: Place['tolerations'];
  /** Of taints that other nodes with such accelerators have: an empty pool need not tell all that its nodes will have. */
  readonly alsoTolerated: Place['tolerations'];
  /** Free accelerators on nodes that are there: taken for as long as the pool has to look full. */
  readonly fillers: readonly { readonly place: Place; readonly count: number }[];
  /** Device nodes of the vendor, as regular expressions; none when no table knows it. */
  readonly devices: readonly string[];
  /** Milliseconds that growing and shrinking may take. */
  readonly upWithin: number;
  readonly downWithin: number;
  /** Machines of the autoscaler that go with nodes, where such a kind is served. */
  readonly machines?: KindName;
  /** `resource.k8s.io/v1/ResourceSlice`; only for `dra`. */
  readonly slices?: KindName;
}
