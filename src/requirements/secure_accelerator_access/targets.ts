import {
  type AcceleratorAsk,
  askFor,
  type Facts,
  type Instance,
  type Needs,
  type NotRun,
  type NotRunInstance,
  type Place,
} from '../../case-kit/index.ts';
import { acceleratorKinds, justAsGood, type NodeAccelerators } from '../../inventory/accelerator-kinds.ts';
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

/** Of one resource or driver, so many kinds of nodes are tried: a cluster in the midst of upgrades may have any number. */
const MOST_KINDS = 8;

/** A kind of accelerator that the cluster advertises: how a case uses it, or why it cannot be asked for. */
type Kind = { readonly variant: string } & (
  | { readonly target: AcceleratorTarget }
  | { readonly target: undefined; readonly why: NotRun }
);

/** One entry per kind of accelerator (`acceleratorKinds`), on the node where most of it is free, and on those that are just as good. */
function kindsOf({ inventory }: Facts): { readonly first: Kind; readonly others: readonly Kind[] }[] {
  const byName = Map.groupBy(acceleratorKinds(inventory), ({ supply }) => `${supply.mode} ${supply.name}`);
  const chosen = [...byName.values()].flatMap((kinds) => {
    const untried = kinds.slice(MOST_KINDS).map(({ node, is }) => `${node.name} (${is})`);
    return kinds.slice(0, MOST_KINDS).map((kind, index) => ({ ...kind, untried: index === 0 ? untried : [] }));
  });
  return chosen.map((kind) => ({
    first: kindOn(inventory, kind, kind.untried),
    others: justAsGood(kind).map((place) => kindOn(inventory, place, kind.untried)),
  }));
}

function kindOn(inventory: Facts['inventory'], { supply, node }: NodeAccelerators, untried: readonly string[]): Kind {
  const variant = `${supply.node}.${supply.name.replaceAll('/', '_')}`;
  const ask = askFor(supply, inventory.dra.versions[0]);
  if (ask === undefined) {
    const message = `${supply.name} publishes devices on ${supply.node}, and no DeviceClass was found by which to ask for them`;
    const remedy = 'Create a DeviceClass for the driver; let the user of this run read DeviceClasses.';
    return { variant, target: undefined, why: { outcome: 'inconclusive', class: 'environment', message, remedy } };
  }
  const row = inventory.vendors.find((candidate) => candidate.vendor === supply.vendor);
  const target: AcceleratorTarget = {
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
  return { variant, target };
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
  const kinds = kindsOf(facts);
  if (kinds.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'not-found',
      message:
        'no accelerator was found on a node that takes pods (extended resources and ResourceSlices were looked at)',
      remedy: 'Install the device plugin or DRA driver; name a resource that no table knows with --tables FILE.',
    };
  return kinds.map(({ first, others }) => {
    const { variant, target } = first;
    if (target === undefined) return { variant, notRun: first.why };
    if (target.free < least) return { variant, notRun: tooFew(target, least) };
    const on = (place: AcceleratorTarget) => ({ params: place, needs: needsOf(place, more?.(place)) });
    const elsewhere = others.flatMap((other) =>
      other.target === undefined ? [] : [{ variant: other.variant, ...on(other.target) }],
    );
    return { variant, ...on(target), elsewhere };
  });
}

function tooFew({ ask, place, free, usable }: AcceleratorTarget, least: number): NotRun {
  return {
    outcome: 'inconclusive',
    class: 'capacity',
    message: `needs ${least} free ${ask.name} on one node; the best is ${place.node} with ${free} of ${usable} free`,
    remedy:
      least > usable
        ? `Run it on a cluster with a node that has at least ${least} of them.`
        : 'Free accelerators on one node, then run again.',
  };
}
