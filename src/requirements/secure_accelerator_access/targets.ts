import {
  type AcceleratorAsk,
  type AcceleratorOffer,
  acceleratorInstances,
  type Facts,
  type Instance,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type Place,
  runtimeClassesFor,
} from '../../case-kit/index.ts';
import type { VendorRow } from '../../inventory/tables.ts';
import type { DevicePatterns } from './probe-report.ts';

/** One kind of accelerator on one node, as a case of this requirement uses it. Plain JSON. */
export interface AcceleratorTarget {
  readonly place: Place;
  readonly ask: AcceleratorAsk;
  readonly vendor: string;
  /** Undefined when no table knows the vendor: what can be shown without it is shown, and the case stays inconclusive. */
  readonly patterns?: DevicePatterns;
  readonly visibleDevices: readonly string[];
  readonly runtimeClasses: readonly string[];
  readonly usable: number;
  readonly free: number;
  /** What one of them is, where it is no whole device, and how many devices are behind all of them, where known. */
  readonly unit?: 'share' | 'core' | 'partition';
  readonly physical?: number;
  /** DRA only: the node's devices, as `pool/device`. */
  readonly devices: readonly string[];
  /** Kinds of nodes with the same resource that are not tried, because there are too many. */
  readonly untried: readonly string[];
}

/** Units in which accelerators are handed out to containers. */
const UNITS = ['device', 'share', 'core', 'partition'] as const;

/** What a case of this requirement has to know of an offer. */
export function targetOn(
  { supply, node, ask, untried }: AcceleratorOffer,
  inventory: Facts['inventory'],
): AcceleratorTarget {
  const row = inventory.vendors.find((candidate) => candidate.vendor === supply.vendor);
  const unit = UNITS.find((one) => one === supply.unit);
  return {
    place: { node: supply.node, tolerations: node.tolerations },
    ask,
    vendor: supply.vendor ?? 'unknown',
    ...(row === undefined ? {} : { patterns: patternsOf(row, unit) }),
    visibleDevices: row?.visibleDevices ?? [],
    runtimeClasses: runtimeClassesFor(supply.vendor, node, inventory),
    usable: supply.usable,
    free: supply.free,
    ...(unit === undefined || unit === 'device' ? {} : { unit }),
    ...(supply.physical === undefined ? {} : { physical: supply.physical }),
    devices: supply.devices.map(({ pool, name }) => `${pool}/${name}`),
    untried,
  };
}

/** By which nodes what a vendor hands out is told apart in a container. */
function patternsOf(
  { perDevice, control, majors, partition }: VendorRow,
  unit: (typeof UNITS)[number] | undefined,
): DevicePatterns {
  return unit === 'partition' && partition !== undefined
    ? { ...partition, control, majors }
    : { perDevice, control, majors };
}

const ROOT_POD = {
  level: 'baseline',
  why: 'the probe opens device nodes and makes its own, as container root with the default capabilities would',
} as const;

/** What every case of this requirement needs on a target: all devices of its node, and pods as container root. */
export function needsOf(target: AcceleratorTarget, more: Needs = {}): Needs {
  const template = target.ask.mode === 'dra' ? ([`${target.ask.apiVersion ?? ''}/ResourceClaimTemplate`] as const) : [];
  return {
    podSecurity: ROOT_POD,
    ...more,
    tokens: { [`accelerators/${target.place.node}`]: 'all' as const, ...more.tokens },
    creates: ['v1/Pod', ...(template as readonly `${string}/${string}`[]), ...(more.creates ?? [])],
  };
}

/**
 * An instance for each kind of accelerator. A kind with fewer than `least` free devices on one node is inconclusive by itself:
 * what another kind shows is not shown for it.
 */
export function instancesOf(
  facts: Facts,
  least: number,
  more?: (target: AcceleratorTarget) => Needs,
): readonly (Instance<AcceleratorTarget> | NotRunInstance)[] | NotRun {
  return acceleratorInstances(facts, {
    least,
    on: (offer) => {
      const { unit, vendor, name, node, sharing = '' } = offer.supply;
      const row = facts.inventory.vendors.find((one) => one.vendor === vendor);
      // Several compute instances of one GPU instance have one of their two nodes in common.
      const told =
        row?.partition === undefined ? row?.partitionsHaveOwnNodes === true : !/(?:^|[ ,-])\d+c\./.test(sharing);
      if (unit === 'partition' && !told) return partitionsUntold(name, node);
      const target = targetOn(offer, facts.inventory);
      return { params: target, needs: needsOf(target, more?.(target)) };
    },
  });
}

/** Partitions of one device have its node in common, so a node in a container does not tell which of them it was given. */
function partitionsUntold(name: string, node: string): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'unknown-accelerator',
    message: `${name} on ${node} is handed out in partitions, and by which nodes these are told apart in a container is not known yet`,
    remedy: 'Try a node that hands out whole devices; partitions of this vendor are not judged.',
  };
}
