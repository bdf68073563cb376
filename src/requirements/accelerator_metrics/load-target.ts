import {
  type AcceleratorAsk,
  askFor,
  type Elsewhere,
  type Facts,
  type Instance,
  type KindName,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type Place,
} from '../../case-kit/index.ts';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import { usableSupplies } from '../../inventory/inventory.ts';
import { type AcceleratorLoadRow, type AcceleratorMetricsRow, inBytes } from '../../inventory/metrics-tables.ts';
import { monitorKinds, readsOf } from './find-endpoints.ts';
import { type MeteredNode, meteredNodes, rowsFor } from './metered-node.ts';
import { NO_ACCELERATOR, PROXY_RULE } from './plan-words.ts';

/** One kind of accelerator on the node where most of it is free, and what puts it to work. Plain JSON. */
export interface LoadTarget {
  readonly node: MeteredNode;
  readonly place: Place;
  readonly ask: AcceleratorAsk;
  readonly load: AcceleratorLoadRow;
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
/** Nodes of a kind of which the plan chooses one, at most. */
const MOST_PLACES = 12;

/** An instance for each kind of accelerator, on one of the nodes where most of it is free; one that cannot be put to work says why. */
export function loadInstances(
  facts: Facts,
  leastMs: (holders: number) => number,
): readonly (Instance<LoadTarget> | NotRunInstance)[] | NotRun {
  const kinds = Map.groupBy(usableSupplies(facts.inventory), ({ mode, name }) => `${mode} ${name}`);
  if (kinds.size === 0) return NO_ACCELERATOR;
  return [...kinds.values()].flatMap(([supply, ...others]): (Instance<LoadTarget> | NotRunInstance)[] => {
    if (supply === undefined) return [];
    const first = loadOn(facts, supply, leastMs);
    if ('notRun' in first) return [first];
    const elsewhere = others
      .filter((other) => other.free === supply.free)
      .slice(0, MOST_PLACES)
      .flatMap((other) => {
        const instance = loadOn(facts, other, leastMs);
        return 'notRun' in instance ? [] : [instance];
      });
    return [{ ...first, elsewhere }];
  });
}

function loadOn(
  facts: Facts,
  supply: AcceleratorSupply,
  leastMs: (holders: number) => number,
): Elsewhere<LoadTarget> | NotRunInstance {
  const { inventory } = facts;
  const variant = `${supply.node}.${supply.name.replaceAll('/', '_')}`;
  const not = (why: Omit<Extract<NotRun, { outcome: 'inconclusive' }>, 'outcome'>): NotRunInstance => ({
    variant,
    notRun: { outcome: 'inconclusive', ...why },
  });
  const facing = inventory.nodes.find(({ name }) => name === supply.node);
  const node = meteredNodes(inventory).find((one) => one.node === supply.node && one.advertised.includes(supply.name));
  const ask = askFor(supply, inventory.dra.versions[0]);
  if (ask === undefined || node === undefined || facing === undefined)
    return not({
      class: 'environment',
      message: `${supply.name} publishes devices on ${supply.node}, and no DeviceClass was found by which to ask for them`,
      remedy: 'Create a DeviceClass for the driver; let the user of this run read DeviceClasses.',
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
    holders: Math.min(supply.free, MOST_HOLDERS),
    devices: supply.measured ?? node.expected,
    shared: supply.usable > (supply.measured ?? node.expected),
    rows: rowsFor(supply.vendor, inventory),
    monitors: monitorKinds(facts),
  };
  return { variant, params, needs: needsOf(params, leastMs(params.holders)) };
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
