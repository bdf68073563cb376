import { usableSupplies } from '../../inventory/inventory.ts';
import {
  type AcceleratorAsk,
  askFor,
  type Facts,
  type Instance,
  type Needs,
  type NotRun,
  type Place,
} from '../../runner/case-kit.ts';
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
}

/** One target per kind of accelerator and way of asking: the node on which most of it is free. */
export function targetsOf(facts: Facts): AcceleratorTarget[] {
  const { inventory } = facts;
  const kinds = Map.groupBy(usableSupplies(inventory), (supply) => `${supply.mode} ${supply.name}`);
  return [...kinds.values()].flatMap((supplies) => {
    const [supply] = supplies;
    if (supply === undefined) return [];
    const ask = askFor(supply, inventory.dra.versions[0]);
    const node = inventory.nodes.find((candidate) => candidate.name === supply.node);
    if (ask === undefined || node === undefined) return [];
    const row = inventory.vendors.find((candidate) => candidate.vendor === supply.vendor);
    return [
      {
        place: { node: supply.node, tolerations: node.tolerations },
        ask,
        vendor: supply.vendor ?? 'unknown',
        ...(row === undefined
          ? {}
          : { patterns: { perDevice: row.perDevice, control: row.control, majors: row.majors } }),
        visibleDevices: row?.visibleDevices ?? [],
        runtimeClasses: inventory.runtimeClasses
          .map((one) => one.name)
          .filter((name) => row?.runtimeClasses.includes(name)),
        usable: supply.usable,
        free: supply.free,
      },
    ];
  });
}

const ROOT_POD = {
  level: 'baseline',
  why: 'the probe opens device nodes and makes its own, as container root with the default capabilities would',
} as const;

/** What every case of this requirement needs on a target: `count` devices of it, and pods as container root. */
export function needsOf(target: AcceleratorTarget, count: number | 'all', more: Needs = {}): Needs {
  const template = target.ask.mode === 'dra' ? ([`${target.ask.apiVersion ?? ''}/ResourceClaimTemplate`] as const) : [];
  return {
    podSecurity: ROOT_POD,
    ...more,
    tokens: { [`accelerators/${target.place.node}`]: count, ...more.tokens },
    creates: ['v1/Pod', ...(template as readonly `${string}/${string}`[]), ...(more.creates ?? [])],
  };
}

/** An instance for each target with at least `least` free devices; what stands in the way otherwise. */
export function instancesOf(
  facts: Facts,
  least: number,
  count: number | 'all',
  more?: (target: AcceleratorTarget) => Needs,
): readonly Instance<AcceleratorTarget>[] | NotRun {
  const targets = targetsOf(facts);
  if (targets.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'not-found',
      message:
        'no accelerator was found on a node that takes pods (extended resources and ResourceSlices were looked at)',
      remedy: 'Install the device plugin or DRA driver; name a resource that no table knows with --tables FILE.',
    };
  const able = targets.filter((target) => target.free >= least);
  if (able.length === 0) {
    const seen = targets.map(
      (target) => `${target.free} of ${target.usable} ${target.ask.name} free on ${target.place.node}`,
    );
    return {
      outcome: 'inconclusive',
      class: 'capacity',
      message: `needs ${least} free accelerator${least === 1 ? '' : 's'} on one node: ${seen.join(', ')}`,
      remedy:
        least > Math.max(...targets.map((target) => target.usable))
          ? `Run it on a cluster with a node that has at least ${least} accelerators.`
          : 'Free accelerators on one node, then run again.',
    };
  }
  return able.map((target) => ({
    variant: `${target.place.node}.${target.ask.mode}`,
    params: target,
    needs: needsOf(target, count, more?.(target)),
  }));
}
