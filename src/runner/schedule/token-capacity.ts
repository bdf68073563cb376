import type { Inventory } from '../../inventory/inventory.ts';

/**
 * How much there is of each token: free accelerators of each node; everything else is one of a kind. A node's silicon that is
 * advertised in two ways is listed once by the inventory.
 */
export function tokenCapacities(inventory: Pick<Inventory, 'accelerators'>): ReadonlyMap<string, number> {
  const capacities = new Map<string, number>();
  for (const { node, free } of inventory.accelerators) {
    const token = `accelerators/${node}`;
    capacities.set(token, (capacities.get(token) ?? 0) + free);
  }
  return capacities;
}
