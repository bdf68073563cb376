import { usableSupplies } from '../../inventory/inventory.ts';
import type { Facts, Place } from '../../runner/case-kit.ts';

/** Equal portions of one resource on one node, of which exactly `count` are free. Plain JSON: it travels in a case's params. */
export interface Slots {
  readonly place: Place;
  /** The node's `kubernetes.io/hostname`, by which queues select it. */
  readonly hostname: string;
  readonly kind: 'accelerators' | 'cpu';
  /** Resource name, and how much of it one slot is (a quantity). */
  readonly resource: string;
  readonly amount: string;
  readonly count: number;
}

/** Free cores that a node needs at least to be cut into slots: below it, pods of the system come and go within a slot. */
const LEAST_CORES = 0.3;
const CPU_SLOTS = 3;

/**
 * Where gangs can be tried, the best first: nodes with at least two free accelerators of an extended resource, then the free
 * CPU of nodes. CPU is cut so that half a slot stays free: `count` slots fit although something small comes along meanwhile,
 * and one more never does.
 */
export function slotsOf({ inventory }: Pick<Facts, 'inventory'>): Slots[] {
  const nodes = inventory.nodes.filter((node) => node.candidate);
  const placeOf = (node: (typeof nodes)[number]): Pick<Slots, 'place' | 'hostname'> => ({
    place: { node: node.name, tolerations: node.tolerations },
    hostname: node.labels['kubernetes.io/hostname'] ?? node.name,
  });
  const accelerators = usableSupplies(inventory).flatMap((supply): Slots[] => {
    const node = nodes.find((one) => one.name === supply.node);
    if (node === undefined || supply.mode === 'dra' || supply.free < 2) return [];
    return [{ ...placeOf(node), kind: 'accelerators', resource: supply.name, amount: '1', count: supply.free }];
  });
  const cpu = nodes
    .filter((node) => (node.free['cpu'] ?? 0) >= LEAST_CORES && (node.free['pods'] ?? Infinity) > 2 * CPU_SLOTS)
    .sort((a, b) => (b.free['cpu'] ?? 0) - (a.free['cpu'] ?? 0))
    .map((node): Slots => {
      const milli = Math.floor(((node.free['cpu'] ?? 0) * 1000) / (CPU_SLOTS + 0.5));
      return { ...placeOf(node), kind: 'cpu', resource: 'cpu', amount: `${milli}m`, count: CPU_SLOTS };
    });
  return [...accelerators, ...cpu];
}

/** The token that keeps others from the slots' node while they are counted on. */
export function tokenOf(slots: Slots): `accelerators/${string}` | `slots/${string}` {
  return slots.kind === 'accelerators' ? `accelerators/${slots.place.node}` : `slots/${slots.place.node}`;
}

/** Resources of a container that takes one slot. */
export function oneSlot({ resource, amount, kind }: Slots): Record<string, unknown> {
  return kind === 'accelerators' ? { limits: { [resource]: amount } } : { requests: { [resource]: amount } };
}

/** So many slots as a quantity: quota for them. */
export function quotaFor(slots: Pick<Slots, 'amount'>, count: number): string {
  const [, number = '0', unit = ''] = /^(\d+)(m?)$/.exec(slots.amount) ?? [];
  return `${Number(number) * count}${unit}`;
}
