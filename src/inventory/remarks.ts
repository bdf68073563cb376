import { type AcceleratorSupply, unitOf } from './accelerator-supply.ts';
import { doubleAdvertised } from './accelerators.ts';
import { hardwareSign } from './hardware-signs.ts';
import type { ApiServiceFound, NodeInventory, Remark } from './inventory.ts';
import type { ObjectProblem } from './objects/cluster-objects.ts';
import type { DraPool } from './resource-slices.ts';
import { sharingOf } from './sharing.ts';

interface About {
  readonly nodes: readonly NodeInventory[];
  readonly accelerators: readonly AcceleratorSupply[];
  readonly otherOffers: readonly AcceleratorSupply[];
  readonly pools: readonly DraPool[];
  readonly metricsApis: readonly ApiServiceFound[];
  readonly staleGroups: readonly string[];
  readonly problems: readonly ObjectProblem[];
}

/** Whatever somebody should know and no case decides by. Many nodes with the same trouble are one remark. */
export function remarksOn(about: About): Remark[] {
  const { accelerators, pools, metricsApis, staleGroups, problems } = about;
  return [
    ...doubleAdvertised(accelerators.filter(({ usable }) => usable > 0)).map(({ node, names }) => ({
      about: `Node ${node}`,
      message: `the same accelerators are advertised twice: ${names.join(' and ')}`,
      remedy: 'offer each device one way, or the scheduler will hand it out twice',
    })),
    ...unhealthy(about),
    ...unregistered(about),
    ...passedOver(about),
    ...contradictions(about),
    ...pools
      .filter((pool) => !pool.complete)
      .map((pool) => ({
        about: `ResourceSlices of ${pool.driver}, pool ${pool.pool}`,
        message: `${pool.slices} of ${pool.expectedSlices} slices of generation ${pool.generation} are there: nothing of it is allocated`,
        remedy: 'look at the DRA driver that publishes this pool',
      })),
    ...metricsApis
      .filter(({ available }) => !available)
      .map(({ name, service, message }) => ({
        about: `APIService ${name}`,
        message: `${service === undefined ? 'it' : `${service} behind it`} does not answer: ${message}`,
        remedy: 'look at the adapter behind it',
      })),
    ...staleGroups.map((group) => ({
      about: `API group ${group}`,
      message: 'its aggregated API server does not answer',
      remedy: 'look at the APIService of that group',
    })),
    ...problems.map(({ where, text }) => ({ about: where, message: text, remedy: 'it was left out' })),
  ];
}

/** Names of nodes, the first few and how many more. */
export function showNodes(names: readonly string[]): string {
  const [few, rest] = [names.slice(0, 5), names.length - 5];
  return `${names.length === 1 ? 'node' : `${names.length} nodes:`} ${few.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Resources with nothing to allocate, or with less than there is. */
function unhealthy({ nodes, accelerators, otherOffers }: About): Remark[] {
  const all = [...accelerators, ...otherOffers].filter(({ mode }) => mode !== 'dra');
  const byNode = Map.groupBy(all, ({ node }) => node);
  const troubles = nodes.flatMap((node) => {
    const own = byNode.get(node.name) ?? [];
    const forMachines = (node.labels['nvidia.com/gpu.workload.config'] ?? '').startsWith('vm-');
    return own.flatMap(({ name, usable, vendor }): { node: string; message: string; remedy: string }[] => {
      const there = node.capacity[name] ?? usable;
      // A name is left at 0 where the same silicon goes by another name, or is for virtual machines.
      const elsewhere = own.some((other) => other.name !== name && other.vendor === vendor && other.usable > 0);
      if (usable === 0 && there === 0)
        return elsewhere || forMachines
          ? []
          : [
              {
                node: node.name,
                message: `${name} is registered with no healthy device`,
                remedy: 'look at the device plugin there',
              },
            ];
      if (there <= usable) return [];
      return [
        {
          node: node.name,
          message: `${usable} of its ${there} ${name} are healthy: capacity is above allocatable`,
          remedy: 'look at the device plugin and the driver there (XID errors, ECC)',
        },
      ];
    });
  });
  const same = Map.groupBy(troubles, ({ message, remedy }) => `${message}\n${remedy}`);
  return [...same.values()].map((group) => ({
    about: showNodes(group.map(({ node }) => node)),
    message: group[0]?.message ?? '',
    remedy: group[0]?.remedy ?? '',
  }));
}

/** Labels tell of hardware, and nothing is registered: the commonest trouble of all. */
function unregistered({ nodes, accelerators, otherOffers, pools }: About): Remark[] {
  const offering = new Set([
    ...[...accelerators, ...otherOffers].filter((one) => unitOf(one) !== 'unknown').map(({ node }) => node),
    ...pools.flatMap(({ devices }) => devices.flatMap((device) => (device.nodes.length === 1 ? device.nodes : []))),
  ]);
  const silent = nodes.flatMap((node) => {
    const sign = offering.has(node.name) || node.simulated ? undefined : hardwareSign(node.labels);
    return sign === undefined ? [] : [{ node: node.name, sign }];
  });
  return [...Map.groupBy(silent, ({ sign }) => sign)].map(([sign, group]) => ({
    about: showNodes(group.map(({ node }) => node)),
    message: `the label ${sign} tells of an accelerator, and no resource or device of one is registered there`,
    remedy: 'install the device plugin or DRA driver, and look why it does not register (driver, image, taints)',
  }));
}

/** Nodes with accelerators that no case may use, by reason. */
function passedOver({ nodes, accelerators, otherOffers }: About): Remark[] {
  const having = new Set([...accelerators, ...otherOffers].map(({ node }) => node));
  const passed = nodes.filter(({ name, candidate }) => having.has(name) && !candidate);
  return [...Map.groupBy(passed, ({ why = '' }) => why)].map(([why, group]) => ({
    about: showNodes(group.map(({ name }) => name)),
    message: `has accelerators and is passed over: ${why}`,
    remedy: 'nothing, if that is meant; else make it ready to take pods',
  }));
}

function contradictions({ nodes, accelerators }: About): Remark[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return accelerators.flatMap(({ node, name, mode, usable }) => {
    const facts = byName.get(node);
    const said =
      mode === 'dra' || usable === 0 || facts === undefined ? undefined : sharingOf(name, facts)?.contradiction;
    return said === undefined
      ? []
      : [
          {
            about: `Node ${node}, ${name}`,
            message: said,
            remedy: 'look at the labels and the configuration of the device plugin: they tell of different sharing',
          },
        ];
  });
}
