import {
  type AcceleratorAsk,
  type AcceleratorOffer,
  acceleratorInstances,
  type Facts,
  type Instance,
  type KindName,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type Place,
  runtimeClassesFor,
} from '../../case-kit/index.ts';
import { type AcceleratorLoadRow, type AcceleratorMetricsRow, inBytes } from '../../inventory/metrics-tables.ts';
import { monitorKinds, readsOf } from './find-endpoints.ts';
import { type MeteredNode, meteredNodes, rowsFor } from './metered-node.ts';
import { PROXY_RULE } from './plan-words.ts';

/** One kind of accelerator on the node where most of it is free, and what puts it to work. Plain JSON. */
export interface LoadTarget {
  readonly node: MeteredNode;
  readonly place: Place;
  readonly ask: AcceleratorAsk;
  readonly load: AcceleratorLoadRow;
  /** Every one of the cluster, the vendor's first. */
  readonly runtimeClasses: readonly string[];
  /** Pods that hold an accelerator each: all that are free. */
  readonly holders: number;
  /** Devices behind all of them, free or not, each of which has to get a pattern. */
  readonly devices: number;
  /** Several pods may hold the same device. */
  readonly shared: boolean;
  readonly rows: readonly AcceleratorMetricsRow[];
  readonly monitors: readonly KindName[];
}

/** What the load allocates on the device, in bytes; undefined when it says nothing of memory. */
export function allocated({ load }: LoadTarget): number | undefined {
  return load.allocates === undefined ? undefined : inBytes(load.allocates.amount, load.allocates.unit);
}

/** Pods with an accelerator each, at most: more are seen on no node but one of small partitions. */
const MOST_HOLDERS = 63;
/** An instance for each kind of accelerator, on one of the nodes where most of it is free; one that cannot be put to work says why. */
export function loadInstances(
  facts: Facts,
  leastMs: (holders: number) => number,
): readonly (Instance<LoadTarget> | NotRunInstance)[] | NotRun {
  // None has to be free for the plan to say first that nobody knows how to put it to work.
  return acceleratorInstances(facts, { least: 0, on: (offer) => loadOn(facts, offer, leastMs) });
}

function loadOn(
  facts: Facts,
  { supply, node: facing, ask }: AcceleratorOffer,
  leastMs: (holders: number) => number,
): Pick<Instance<LoadTarget>, 'params' | 'needs'> | NotRun {
  const { inventory } = facts;
  const not = (why: Omit<Extract<NotRun, { outcome: 'inconclusive' }>, 'outcome'>): NotRun => ({
    outcome: 'inconclusive',
    ...why,
  });
  const node = meteredNodes(inventory).find((one) => one.node === supply.node && one.advertised.includes(supply.name));
  if (node === undefined)
    return not({
      class: 'environment',
      message: `how many devices ${supply.name} stands for on ${supply.node} is not known`,
      remedy: 'See what its device plugin or driver tells of the node in labels and ResourceSlices.',
    });
  const load = inventory.acceleratorLoads.find(({ vendor }) => vendor === supply.vendor);
  if (load === undefined)
    return not({
      class: supply.vendor === undefined ? 'unknown-accelerator' : 'not-enabled',
      message: `no program is known that puts ${supply.name} (${supply.vendor ?? 'vendor unknown'}) to work`,
      remedy: `Name one in a file for --tables (acceleratorLoads: vendor ${supply.vendor ?? 'as in your own row'}, image, script).`,
    });
  if (supply.free < 1)
    return not({
      class: 'capacity',
      message: `needs a free ${supply.name}; the best is ${supply.node} with ${supply.free} of ${supply.usable} free`,
      remedy: 'Free an accelerator, then run again.',
    });
  const params: LoadTarget = {
    node,
    place: { node: supply.node, tolerations: facing.tolerations },
    ask,
    load,
    runtimeClasses: runtimeClassesFor(supply.vendor, facing, inventory),
    holders: Math.min(supply.free, MOST_HOLDERS),
    devices: supply.measured ?? node.expected,
    shared: supply.usable > (supply.measured ?? node.expected),
    rows: rowsFor(supply.vendor, inventory),
    monitors: monitorKinds(facts),
  };
  return { params, needs: needsOf(params, leastMs(params.holders)) };
}

function needsOf({ place, ask, load, monitors }: LoadTarget, leastMs: number): Needs {
  const version = ask.apiVersion ?? 'resource.k8s.io/v1';
  const dra = ask.mode === 'dra';
  return {
    // All of them, held by nobody else of this run: "the others stay idle" is said of devices that do.
    tokens: { [`accelerators/${place.node}`]: 'all' as const },
    changes: ['v1/Pod'],
    creates: ['v1/Pod', ...(dra ? ([`${version}/ResourceClaimTemplate`] as const) : [])],
    reads: [...readsOf(monitors), ...(ask.mode === 'device-plugin' ? [] : ([`${version}/ResourceClaim`] as const))],
    rules: [PROXY_RULE],
    ...(load.image === undefined ? {} : { images: [load.image] }),
    ...(load.user === 'root'
      ? { podSecurity: { level: 'baseline', why: 'the load opens the device as container root' } }
      : {}),
    waits: [{ why: 'the load of each phase has to show in three answers in a row, and its end', least: leastMs }],
  };
}
