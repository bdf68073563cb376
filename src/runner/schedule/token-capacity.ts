import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import type { Inventory } from '../../inventory/inventory.ts';

/**
 * How much there is of each token: free accelerators of each node; everything else is one of a kind. Devices of one vendor that a node
 * advertises in two ways are most likely the same silicon: they count once, by the smaller number.
 */
export function tokenCapacities(inventory: Pick<Inventory, 'accelerators'>): ReadonlyMap<string, number> {
  const capacities = new Map<string, number>();
  const silicon = Map.groupBy(inventory.accelerators, ({ node, vendor, name }) => `${node} ${vendor ?? name}`);
  for (const supplies of silicon.values()) {
    const byMode = Map.groupBy(supplies, (supply) => supply.mode);
    const free = Math.min(...[...byMode.values()].map(sum));
    const token = `accelerators/${supplies[0]?.node ?? ''}`;
    capacities.set(token, (capacities.get(token) ?? 0) + free);
  }
  return capacities;
}

function sum(supplies: readonly AcceleratorSupply[]): number {
  return supplies.reduce((total, supply) => total + supply.free, 0);
}
