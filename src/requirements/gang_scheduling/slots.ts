import type { Facts, Place } from '../../case-kit/index.ts';
import { acceleratorKinds } from '../../inventory/accelerator-kinds.ts';
import { usableSupplies } from '../../inventory/inventory.ts';

/** Equal portions of one resource on one node, of which exactly `count` are free. Plain JSON: it travels in a case's params. */
export interface Slots {
  readonly place: Place;
  /** The node's `kubernetes.io/hostname`, by which queues select it. */
  readonly hostname: string;
  readonly kind: 'accelerators' | 'share';
  /** Resource name, and how much of it one slot is (a quantity). */
  readonly resource: string;
  readonly amount: string;
  readonly count: number;
}

/**
 * Resources of nodes that can be cut into slots, with how much of it has to be free (below it, pods of the system come and go within a
 * slot) and the unit of a slot. They are accounted for each by itself, so gangs on different ones are not in each other's way.
 */
const SHARES = [
  { resource: 'cpu', least: 0.3, unit: 'm', perUnit: 1 / 1000 },
  { resource: 'memory', least: 512 * 1024 ** 2, unit: 'Mi', perUnit: 1024 ** 2 },
  { resource: 'ephemeral-storage', least: 4 * 1024 ** 3, unit: 'Mi', perUnit: 1024 ** 2 },
] as const;
/** Into so many slots a share is cut, unless a case asks for another number. */
const SHARE_SLOTS = 3;

/**
 * Where gangs can be tried, the best first: nodes with at least two free accelerators of an extended resource, as far as cases about
 * accelerators do not hold them (they take one node of each kind); then what is free of a node's CPU, memory and storage; then the other
 * accelerators. A share is cut so that half a slot stays free: `count` slots fit although something small comes along meanwhile, and
 * one more never does.
 */
export function slotsOf({ inventory }: Pick<Facts, 'inventory'>, cut = SHARE_SLOTS): Slots[] {
  const nodes = inventory.nodes.filter((node) => node.candidate);
  const placeOf = (node: (typeof nodes)[number]): Pick<Slots, 'place' | 'hostname'> => ({
    place: { node: node.name, tolerations: node.tolerations },
    hostname: node.labels['kubernetes.io/hostname'] ?? node.name,
  });
  const wanted = new Set(acceleratorKinds(inventory).map((kind) => kind.node.name));
  const accelerators = usableSupplies(inventory).flatMap((supply): Slots[] => {
    const node = nodes.find((one) => one.name === supply.node);
    if (node === undefined || supply.mode === 'dra' || supply.free < 2) return [];
    return [{ ...placeOf(node), kind: 'accelerators', resource: supply.name, amount: '1', count: supply.free }];
  });
  const shares = SHARES.flatMap(({ resource, least, unit, perUnit }) => {
    const freeOf = (node: (typeof nodes)[number]): number => node.free[resource] ?? 0;
    return nodes
      .filter((node) => freeOf(node) >= least && (node.free['pods'] ?? Infinity) > 8 * SHARE_SLOTS)
      .sort((a, b) => freeOf(b) - freeOf(a))
      .map((node): Slots => {
        const amount = `${Math.floor(freeOf(node) / perUnit / (cut + 0.5))}${unit}`;
        return { ...placeOf(node), kind: 'share', resource, amount, count: cut };
      });
  });
  const contended = (slots: Slots): boolean => wanted.has(slots.place.node);
  return [
    ...accelerators.filter((slots) => !contended(slots)),
    ...shares,
    ...accelerators.filter((slots) => contended(slots)),
  ];
}

/** The token that keeps others from the slots' node while they are counted on. */
export function tokenOf({ kind, place, resource }: Slots): `accelerators/${string}` | `slots/${string}` {
  return kind === 'accelerators' ? `accelerators/${place.node}` : `slots/${place.node}/${resource}`;
}

/** Resources of a container that takes one slot. */
export function oneSlot({ resource, amount, kind }: Slots): Record<string, unknown> {
  return kind === 'accelerators' ? { limits: { [resource]: amount } } : { requests: { [resource]: amount } };
}

/** So many slots as a quantity: quota for them. */
export function quotaFor(slots: Pick<Slots, 'amount'>, count: number): string {
  const [, number = '0', unit = ''] = /^(\d+)(m|Mi|)$/.exec(slots.amount) ?? [];
  return `${Number(number) * count}${unit}`;
}
