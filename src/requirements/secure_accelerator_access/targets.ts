import {
  accelerators,
  type Facts,
  type Instance,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type offered,
  type Place,
} from '../../case-kit/index.ts';
import type { DevicePatterns } from './probe.ts';

/** One kind of accelerator on one node, as a case of this requirement uses it. Plain JSON. */
export interface AcceleratorTarget {
  readonly place: Place;
  readonly ask: accelerators.Ask;
  readonly vendor: string;
  /** Undefined when no table knows the vendor: what can be shown without it is shown, and the case stays inconclusive. */
  readonly patterns?: DevicePatterns;
  readonly visibleDevices: readonly string[];
  readonly runtimeClasses: readonly string[];
  readonly usable: number;
  readonly free: number;
  /**
   * So many pods hold all that are free, one each; absent: one pod holds them. Of shares a platform may give no more than one to a pod
   * (NVIDIA: failRequestsGreaterThanOne; GKE).
   */
  readonly holders?: number;
  /** What one of them is, where it is no whole device, and how many devices are behind all of them, where known. */
  readonly unit?: 'share' | 'core' | 'partition';
  readonly physical?: number;
  /** Other names or ways by which the node offers accelerators of this vendor, each for one holder, with what tells them apart; absent in older runs. */
  readonly otherWays?: readonly OtherWay[];
  /** DRA only: the node's devices, as `pool/device`. */
  readonly devices: readonly string[];
  /** Kinds of nodes with the same resource that are not tried, because there are too many. */
  readonly untried: readonly string[];
}

/** A further way to ask for accelerators of a node. */
export type OtherWay = Pick<AcceleratorTarget, 'ask' | 'unit' | 'patterns'>;

/** A node takes 110 pods by default, and a cluster may say less. */
const MOST_HOLDERS = 64;

/** The pods that hold all that are free, and how many each asks for. */
export function holdersOf({ free, holders }: AcceleratorTarget): { readonly pod: string; readonly count: number }[] {
  if (holders === undefined) return [{ pod: 'holder', count: free }];
  return Array.from({ length: holders }, (_, at) => ({ pod: at === 0 ? 'holder' : `holder-${at + 1}`, count: 1 }));
}

/** Units in which accelerators are handed out to containers. */
const UNITS = ['device', 'share', 'core', 'partition'] as const;

/** What a case of this requirement has to know of an offer. */
export function targetOn(
  { supply, node, ask, untried }: accelerators.Offer,
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
    runtimeClasses: accelerators.runtimeClassesFor(supply.vendor, node, inventory),
    usable: supply.usable,
    free: supply.free,
    ...(unit === 'share' && ask.mode === 'device-plugin' && supply.free <= MOST_HOLDERS
      ? { holders: supply.free }
      : {}),
    ...(unit === undefined || unit === 'device' ? {} : { unit }),
    ...(supply.physical === undefined ? {} : { physical: supply.physical }),
    otherWays: row === undefined || unit === 'share' ? [] : otherWays(supply, row, inventory),
    devices: supply.devices.map(({ pool, name }) => `${pool}/${name}`),
    untried,
  };
}

/** The same without what would have to hold every accelerator of a node where the user keeps some of them free. */
export function withoutLeft<P extends ReturnType<typeof instancesOf>>(
  { inventory }: Facts,
  planned: P,
): P | NotRunInstance[] {
  const left = inventory.accelerators.find((supply) => supply.left !== undefined)?.left;
  if (left === undefined || 'outcome' in planned) return planned;
  return planned.map((one): NotRunInstance => {
    if ('notRun' in one) return one;
    const message = `--leave ${left} keeps accelerators free: that none is handed out twice shows only while all of a node are held`;
    const remedy = 'Run this case without --leave, on a node that may be filled (--nodes).';
    const notRun: NotRun = { outcome: 'inconclusive', class: 'not-enabled', message, remedy };
    return { variant: one.variant ?? 'all', notRun };
  });
}

/** Shares are left out: several may have the same device. */
function otherWays(
  { node, mode, name, vendor }: accelerators.Offer['supply'],
  row: offered.VendorRow,
  { accelerators: supplies, dra }: Facts['inventory'],
): OtherWay[] {
  return supplies
    .filter((one) => one.node === node && one.vendor === vendor && (one.mode !== mode || one.name !== name))
    .filter(({ free }) => free > 0)
    .flatMap((one) => {
      const unit = UNITS.find((known) => known === (one.unit ?? 'device'));
      const ask = accelerators.askFor(one, dra.versions[0]);
      if (ask === undefined || unit === undefined || unit === 'share') return [];
      return [{ ask, patterns: patternsOf(row, unit), ...(unit === 'device' ? {} : { unit }) }];
    });
}

/** By which nodes what a vendor hands out is told apart in a container. */
function patternsOf(
  { perDevice, control, majors, partition }: offered.VendorRow,
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
function needsOf(target: AcceleratorTarget, more: Needs = {}): Needs {
  const versions = new Set([target, ...(target.otherWays ?? [])].flatMap(({ ask }) => ask.apiVersion ?? []));
  const template = [...versions].map((version) => `${version}/ResourceClaimTemplate`);
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
  return accelerators.instances(facts, {
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
