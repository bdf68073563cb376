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
} from '../../case-kit/index.ts';
import type { DevicePatterns } from './accelerator-nodes.ts';

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
  /** DRA only: the node's devices, as `pool/device`. */
  readonly devices: readonly string[];
  /** Kinds of nodes with the same resource that are not tried, because there are too many. */
  readonly untried: readonly string[];
}

function targetOn({ supply, node, ask, untried }: AcceleratorOffer, inventory: Facts['inventory']): AcceleratorTarget {
  const row = inventory.vendors.find((candidate) => candidate.vendor === supply.vendor);
  return {
    place: { node: supply.node, tolerations: node.tolerations },
    ask,
    vendor: supply.vendor ?? 'unknown',
    ...(row === undefined ? {} : { patterns: { perDevice: row.perDevice, control: row.control, majors: row.majors } }),
    visibleDevices: row?.visibleDevices ?? [],
    runtimeClasses: inventory.runtimeClasses
      .map((one) => one.name)
      .filter((name) => row?.runtimeClasses.includes(name)),
    usable: supply.usable,
    free: supply.free,
    devices: supply.devices.map(({ pool, name }) => `${pool}/${name}`),
    untried,
  };
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
      const target = targetOn(offer, facts.inventory);
      return { params: target, needs: needsOf(target, more?.(target)) };
    },
  });
}
