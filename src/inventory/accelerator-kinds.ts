import type { AcceleratorSupply } from './accelerators.ts';
import { type Inventory, type NodeInventory, usableSupplies } from './inventory.ts';

/** Accelerators that look alike on nodes that look alike: what one of the nodes shows, it shows for all. */
export interface AcceleratorKind {
  /** On the node where most of them are free. */
  readonly supply: AcceleratorSupply;
  readonly node: NodeInventory;
  /** What tells it from other kinds of the same resource: `containerd://2.1.1, Ubuntu 24.04, H100`. */
  readonly is: string;
  /** The other nodes with the same. */
  readonly alike: readonly string[];
}

/** Labels of nodes and attributes of devices that name a product or a driver (of NVIDIA, AMD, Intel, GKE, EKS and others). */
const TELLING = /(product|model|family|accelerator-?type|gpu-?type|gpu-name|accelerator$|driver[-.]?version)/i;

/**
 * The kinds of accelerators that a cluster offers, those with most free devices first: distinct by how they are asked for (resource or
 * driver), by product and driver version as labels or attributes tell, by container runtime and by OS image of the node. Any of these
 * may decide what a container can reach.
 */
export function acceleratorKinds(inventory: Pick<Inventory, 'accelerators' | 'nodes'>): AcceleratorKind[] {
  const kinds = Map.groupBy(usableSupplies(inventory), (supply) => {
    const node = inventory.nodes.find((one) => one.name === supply.node);
    return JSON.stringify([supply.mode, supply.name, node === undefined ? '' : telling(supply, node)]);
  });
  return [...kinds.values()].flatMap(([supply, ...others]) => {
    const node = inventory.nodes.find((one) => one.name === supply?.node);
    if (supply === undefined || node === undefined) return [];
    return [{ supply, node, is: telling(supply, node).join(', '), alike: others.map((one) => one.node) }];
  });
}

function telling({ devices, mode }: AcceleratorSupply, { containerRuntime, osImage, labels }: NodeInventory): string[] {
  const of = (all: Readonly<Record<string, unknown>>): string[] =>
    Object.entries(all).flatMap(([name, value]) => (TELLING.test(name) ? [String(value)] : []));
  const products = mode === 'dra' ? devices.flatMap((device) => of(device.attributes)) : of(labels);
  return [...new Set([containerRuntime, osImage, ...products.sort()])].filter((one) => one !== '' && one !== undefined);
}
