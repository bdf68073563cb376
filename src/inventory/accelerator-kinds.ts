import { type AcceleratorSupply, unitOf } from './accelerator-supply.ts';
import { type Inventory, type NodeInventory, usableSupplies } from './inventory.ts';

/** Accelerators of one node. */
export interface NodeAccelerators {
  readonly supply: AcceleratorSupply;
  readonly node: NodeInventory;
}

/** Accelerators that look alike on nodes that look alike: what one of the nodes shows, it shows for all. Of itself, the node where most are free. */
export interface AcceleratorKind extends NodeAccelerators {
  /** What tells it from other kinds of the same resource: `containerd://2.1.1, Ubuntu 24.04, H100`. */
  readonly is: string;
  /** The part of it that names the product and its driver: what makes it another accelerator, not another node. */
  readonly product: string;
  /** The other nodes with the same, those with most free ones first. */
  readonly alike: readonly NodeAccelerators[];
}

/** Labels of nodes and attributes of devices that name a product or a driver (of NVIDIA, AMD, Intel, GKE, EKS and others). */
const TELLING = /(product|model|family|accelerator-?type|gpu-?type|gpu-name|accelerator$|driver[-.]?version)/i;
/** Node Feature Discovery has words like those for processors, and clouds for machines: the same accelerator is on many of them. */
const NOT_TELLING =
  /^feature\.node\.kubernetes\.io\/|\/instance-(family|cpu|type)|\/sku-(family|cpu)|machine-family|^topology\.|cpu/i;
/** AMD's older labels have the value in the key: `beta.amd.com/gpu.family.AI=1`. */
const VALUE_IN_KEY = /^(?:beta\.)?amd\.com\/gpu\.(family|device-id|product-name)\.(.+)$/;

/**
 * The kinds of accelerators that a cluster offers, those with most free devices first: distinct by how they are asked for (resource or
 * driver), by product and driver version as labels or attributes tell, by container runtime and by OS image of the node. Any of these
 * may decide what a container can reach. A kind is of one unit: what holds for whole devices is not shown for shares.
 */
export function acceleratorKinds(inventory: Pick<Inventory, 'accelerators' | 'nodes'>): AcceleratorKind[] {
  const located = usableSupplies(inventory).flatMap((supply): NodeAccelerators[] => {
    const node = inventory.nodes.find((one) => one.name === supply.node);
    return node === undefined ? [] : [{ supply, node }];
  });
  const kinds = Map.groupBy(located, ({ supply, node }) =>
    JSON.stringify([supply.mode, supply.name, unitOf(supply), telling(supply, node)]),
  );
  return [...kinds.values()].flatMap(([first, ...alike]) =>
    first === undefined
      ? []
      : [
          {
            ...first,
            is: telling(first.supply, first.node).join(', '),
            product: products(first.supply, first.node).join(', '),
            alike,
          },
        ],
  );
}

function telling(supply: AcceleratorSupply, node: NodeInventory): string[] {
  return [...new Set([node.containerRuntime, node.osImage, ...products(supply, node)])].filter(
    (one) => one !== '' && one !== undefined,
  );
}

function products({ devices, mode }: AcceleratorSupply, { labels }: NodeInventory): string[] {
  const of = (all: Readonly<Record<string, unknown>>): string[] =>
    Object.entries(all).flatMap(([name, value]) => {
      const [, what, told] = VALUE_IN_KEY.exec(name) ?? [];
      if (told !== undefined) return [`${what} ${told}`];
      return TELLING.test(name) && !NOT_TELLING.test(name) ? [String(value)] : [];
    });
  const found = mode === 'dra' ? devices.flatMap((device) => of(device.attributes)) : of(labels);
  return [...new Set(found)].filter((one) => one !== '').sort();
}
