import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import type { Inventory, NodeInventory } from '../../inventory/inventory.ts';
import { usableSupplies } from '../../inventory/inventory.ts';
import { type AcceleratorMetricsRow, inBytes } from '../../inventory/metrics-tables.ts';
import { quantity } from '../../inventory/quantity.ts';

/** One device as its DRA driver describes it. */
export interface KnownDevice {
  readonly name: string;
  readonly pool: string;
  /** Everything by which a metric may call it: its name, its attributes' texts. */
  readonly names: readonly string[];
  readonly memoryBytes?: number;
}

/** The accelerators of one vendor on one node, and how they may be measured. Plain JSON: it travels in a case's params. */
export interface MeteredNode {
  readonly node: string;
  /** Undefined when no table knows the accelerators: every way of naming metrics is tried. */
  readonly vendor?: string;
  /** What is advertised: `nvidia.com/gpu`. */
  readonly advertised: readonly string[];
  /** Physical devices that have to be measured, and how that is known. */
  readonly expected: number;
  readonly because: string;
  /** Devices that nobody held when the run began. */
  readonly free: number;
  readonly devices: readonly KnownDevice[];
  /** Memory of each device, where a label of the node tells it. */
  readonly memoryBytes?: number;
}

/** Every node with accelerators on which pods may run; two vendors on one node are two entries. */
export function meteredNodes(
  inventory: Pick<Inventory, 'accelerators' | 'nodes' | 'acceleratorMetrics'>,
): MeteredNode[] {
  const groups = Map.groupBy(usableSupplies(inventory), ({ node, vendor, name }) => `${node} ${vendor ?? name}`);
  return [...groups.values()]
    .map((supplies) => metered(supplies, inventory))
    .sort((a, b) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
}

/** The ways of naming metrics that fit a vendor's devices: its own first, then those of anybody. */
export function rowsFor(
  vendor: string | undefined,
  { acceleratorMetrics }: Pick<Inventory, 'acceleratorMetrics'>,
): readonly AcceleratorMetricsRow[] {
  if (vendor === undefined) return acceleratorMetrics;
  const own = acceleratorMetrics.filter((row) => row.vendors.includes(vendor));
  return [...own, ...acceleratorMetrics.filter((row) => row.vendors.length === 0)];
}

/** Devices offered in two ways (device plugin and DRA) are the same silicon: the way that names them is believed. */
function metered(
  supplies: readonly AcceleratorSupply[],
  inventory: Pick<Inventory, 'nodes' | 'acceleratorMetrics'>,
): MeteredNode {
  const first = supplies[0] as AcceleratorSupply;
  const { node, vendor } = first;
  const labels = inventory.nodes.find((one: NodeInventory) => one.name === node)?.labels ?? {};
  const rows = rowsFor(vendor, inventory);
  const dra = supplies.find(({ mode }) => mode === 'dra');
  const chosen = dra ?? [...supplies].sort((a, b) => a.usable - b.usable)[0] ?? first;
  const label = rows
    .flatMap(({ countLabel }) => (countLabel === undefined ? [] : [countLabel]))
    .find((one) => Number(labels[one]) > 0);
  const memory = rows.flatMap(({ memoryLabel }) => memoryLabel ?? []).find(({ name }) => Number(labels[name]) > 0);
  const counted = dra === undefined && label !== undefined ? { count: Number(labels[label]), label } : undefined;
  return {
    node,
    ...(vendor === undefined ? {} : { vendor }),
    advertised: supplies.map(({ name }) => name),
    expected: counted === undefined ? chosen.usable : Math.min(counted.count, chosen.usable),
    because:
      counted === undefined
        ? `${chosen.name} offers ${chosen.usable} there`
        : `${chosen.name} offers ${chosen.usable} there, the label ${counted.label} says ${counted.count}`,
    free: chosen.free,
    devices: dra === undefined ? [] : dra.devices.filter(({ partition }) => !partition).map(known),
    ...(memory === undefined ? {} : { memoryBytes: inBytes(Number(labels[memory.name]), memory.unit) }),
  };
}

function known(device: AcceleratorSupply['devices'][number]): KnownDevice {
  const texts = Object.values(device.attributes).filter((value) => typeof value === 'string');
  const memory = quantity(device.capacity['memory']);
  return {
    name: device.name,
    pool: device.pool,
    names: [device.name, ...texts],
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  };
}
