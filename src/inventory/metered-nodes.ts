import type { AcceleratorSupply } from './accelerators.ts';
import type { Inventory, NodeInventory } from './inventory.ts';
import { usableSupplies } from './inventory.ts';
import { type AcceleratorMetricsRow, inBytes } from './metrics-tables.ts';
import { quantity } from './quantity.ts';

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
  /** Why their number is not known: then nothing can be complete. */
  readonly unsure?: string;
  /** Devices that nobody held when the run began. */
  readonly free: number;
  readonly devices: readonly KnownDevice[];
  /** Memory of each device, where a label of the node tells it. */
  readonly memoryBytes?: number;
}

type About = Pick<Inventory, 'accelerators' | 'nodes' | 'acceleratorMetrics' | 'measured'>;

/** Every node with accelerators on which pods may run; two vendors on one node are two entries. */
export function meteredNodes(inventory: About): MeteredNode[] {
  const groups = Map.groupBy(usableSupplies(inventory), ({ node, vendor, name }) => `${node} ${vendor ?? name}`);
  const counted = new Map<string, { node: string; vendor: string; devices: number | null }>(
    (inventory.measured ?? []).flatMap(({ node, vendor, devices }) =>
      vendor === undefined ? [] : [[`${node} ${vendor}`, { node, vendor, devices }]],
    ),
  );
  // What is only handed out by amount has no supply, and is measured all the same.
  const only = [...counted].filter(([key]) => !groups.has(key));
  return [
    ...[...groups].flatMap(([key, supplies]) => {
      const [first] = supplies;
      if (first === undefined) return [];
      const said = counted.get(key);
      // The inventory counted, and found that nothing of these is to be measured (virtual machines').
      if (said === undefined && inventory.measured !== undefined && first.vendor !== undefined) return [];
      return [metered(first, supplies, said?.devices, inventory)];
    }),
    ...only.map(([, { node, vendor, devices }]) => ({
      ...numberOf(devices, `the node has ${devices ?? 'an unknown number'} of ${vendor}`),
      node,
      vendor,
      advertised: [],
      free: 0,
      devices: [],
    })),
  ].sort((a, b) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
}

function numberOf(devices: number | null, because: string): Pick<MeteredNode, 'expected' | 'because' | 'unsure'> {
  if (devices !== null) return { expected: devices, because };
  return { expected: 1, because, unsure: `nothing tells how many devices there are (${because})` };
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

/**
 * Devices offered in two ways (device plugin and DRA) are the same silicon: the way that names them is believed. `said`: how many the
 * inventory counted, null where it cannot know; undefined for an inventory that did not count.
 */
function metered(
  first: AcceleratorSupply,
  supplies: readonly AcceleratorSupply[],
  said: number | null | undefined,
  inventory: About,
): MeteredNode {
  const { node, vendor } = first;
  const labels = inventory.nodes.find((one: NodeInventory) => one.name === node)?.labels ?? {};
  const rows = rowsFor(vendor, inventory);
  const dra = supplies.find(({ mode }) => mode === 'dra');
  const chosen = dra ?? [...supplies].sort((a, b) => a.usable - b.usable)[0] ?? first;
  const memory = rows.flatMap(({ memoryLabel }) => memoryLabel ?? []).find(({ name }) => Number(labels[name]) > 0);
  const number = said === undefined ? byLabel(chosen, rows, labels) : numberOf(said, offered(supplies));
  const whole = supplies.every(({ free, usable }) => free >= usable);
  return {
    node,
    ...(vendor === undefined ? {} : { vendor }),
    advertised: supplies.map(({ name }) => name),
    ...number,
    free: whole ? number.expected : Math.min(chosen.free, Math.max(0, number.expected - 1)),
    devices: dra === undefined ? [] : dra.devices.filter(({ partition }) => !partition).map(known),
    ...(memory === undefined ? {} : { memoryBytes: inBytes(Number(labels[memory.name]), memory.unit) }),
  };
}

function offered(supplies: readonly AcceleratorSupply[]): string {
  return supplies
    .map(({ name, usable, unit = 'device', sharing }) => {
      const what = unit === 'device' ? '' : ` as ${unit}${sharing === undefined ? '' : ` (${sharing})`}`;
      return `${name} offers ${usable} there${what}`;
    })
    .join(', ');
}

function byLabel(
  chosen: AcceleratorSupply,
  rows: readonly AcceleratorMetricsRow[],
  labels: Readonly<Record<string, string>>,
): Pick<MeteredNode, 'expected' | 'because'> {
  const offers = `${chosen.name} offers ${chosen.usable} there`;
  if (chosen.measured !== undefined) return { expected: chosen.measured, because: offered([chosen]) };
  const label = rows
    .flatMap(({ countLabel }) => (countLabel === undefined ? [] : [countLabel]))
    .find((one) => Number(labels[one]) > 0);
  if (chosen.mode === 'dra' || label === undefined) return { expected: chosen.usable, because: offers };
  const count = Number(labels[label]);
  return { expected: Math.min(count, chosen.usable), because: `${offers}, the label ${label} says ${count}` };
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
