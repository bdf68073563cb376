import type { AcceleratorSupply } from './accelerator-supply.ts';
import type { Inventory, NodeInventory } from './inventory.ts';
import { labelsFit } from './label-selector.ts';

/** What a user keeps from a run. */
export interface Limits {
  /** Only nodes with these labels, as kubectl selects them. */
  readonly nodes?: string;
  /** So many devices of each node stay free. */
  readonly leave: number;
}

/**
 * The inventory without what the user keeps: nodes that are not selected take no pods of a run, and of each node's devices some are not
 * free. Pure. What follows (an instance that cannot run, a kind that is not tried) is said by the plan.
 */
export function limited(inventory: Inventory, { nodes: selector, leave }: Limits): Inventory {
  if (selector === undefined && leave === 0) return inventory;
  const names = new Set(inventory.accelerators.map(({ name }) => name));
  return {
    ...inventory,
    nodes: inventory.nodes.map((node) => withLess(chosen(node, selector), names, leave)),
    accelerators: leave === 0 ? inventory.accelerators : inventory.accelerators.map((supply) => left(supply, leave)),
  };
}

function chosen(node: NodeInventory, selector: string | undefined): NodeInventory {
  if (selector === undefined || !node.candidate || labelsFit(selector, node.labels)) return node;
  return { ...node, candidate: false, why: `--nodes ${selector} leaves it out` };
}

function withLess(node: NodeInventory, names: ReadonlySet<string>, leave: number): NodeInventory {
  const free = Object.entries(node.free).map(
    ([name, amount]) => [name, names.has(name) ? Math.max(0, amount - leave) : amount] as const,
  );
  return { ...node, free: Object.fromEntries(free) };
}

function left(supply: AcceleratorSupply, leave: number): AcceleratorSupply {
  return { ...supply, free: Math.max(0, supply.free - leave), left: leave };
}
