import type { AcceleratorSupply, UnknownResource } from './accelerator-supply.ts';
import { saysAccelerator } from './device-units.ts';
import { coresPerDevice } from './instance-types.ts';
import type { NodeFacts } from './node-facts.ts';
import { amdParts, type Sharing, sharingOf } from './sharing.ts';
import { type ExtendedResourceRow, fits, type Tables, type Unit } from './tables.ts';

const NOT_DEVICES = /^(cpu|memory|ephemeral-storage|pods|storage|hugepages-.*|attachable-volumes-.*)$/;

/** The row of the first table entry that fits an extended resource's name. */
export function classify(name: string, tables: Pick<Tables, 'extendedResources'>): ExtendedResourceRow | undefined {
  return tables.extendedResources.find((row) => fits(row.match, name));
}

/** Is it the name of an extended resource (a domain that is not kubernetes.io, and not one of the built-in ones)? */
export function isExtendedResource(name: string): boolean {
  return !NOT_DEVICES.test(name) && name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name);
}

const DEFAULT_UNIT = { accelerator: 'device', fractional: 'amount', virtual: 'virtual' } as const;

/** Of what one of a resource is, by its row alone; undefined: it is no accelerator. */
export function unitOfRow({ class: kind, unit }: ExtendedResourceRow): Unit | undefined {
  return kind === 'network' || kind === 'other' ? undefined : (unit ?? DEFAULT_UNIT[kind]);
}

/** One resource of a node that a table knows. */
interface Named {
  readonly name: string;
  readonly amount: number;
  readonly held: number;
  readonly row: ExtendedResourceRow;
  readonly unit: Unit;
}

/**
 * What device plugins advertise: names of accelerators, each with its unit, and resources that no table knows. `usable` names first
 * what is a device by itself; several names of one silicon (`sameAs`) know of each other.
 */
export function pluginSupplies(
  nodes: readonly NodeFacts[],
  requested: ReadonlyMap<string, Readonly<Record<string, number>>>,
  tables: Tables,
): { supplies: AcceleratorSupply[]; unknown: UnknownResource[] } {
  const supplies: AcceleratorSupply[] = [];
  const unknown: UnknownResource[] = [];
  for (const node of nodes) {
    const named: Named[] = [];
    for (const [name, amount] of Object.entries(node.allocatable)) {
      if (!isExtendedResource(name)) continue;
      const row = classify(name, tables);
      const held = requested.get(node.name)?.[name] ?? 0;
      const free = Math.max(0, amount - held);
      if (row === undefined && saysDevice(name)) supplies.push(unknownSupply(node, name, amount, free));
      else if (row === undefined) unknown.push({ node: node.name, name, amount, free });
      const unit = row === undefined ? undefined : unitOfRow(row);
      if (row !== undefined && unit !== undefined) named.push({ name, amount, held, row, unit });
    }
    supplies.push(...named.map((one) => supplyOf(one, named, node)));
  }
  return { supplies, unknown };
}

/** Its name says that it is an accelerator, and a whole one at that: not an amount of its memory. */
function saysDevice(name: string): boolean {
  return saysAccelerator(name, [], []) && !/mem|core|percent|ratio|milli|monitor|topology|counter/i.test(name);
}

/** Of what no table knows the maker: nobody can try it, and it is there all the same. */
function unknownSupply(
  { name: node, simulated }: NodeFacts,
  name: string,
  usable: number,
  free: number,
): AcceleratorSupply {
  return {
    node,
    mode: 'device-plugin',
    name,
    vendor: undefined,
    simulated,
    unit: 'unknown',
    usable,
    free,
    deviceClasses: [],
    devices: [],
  };
}

function supplyOf(one: Named, all: readonly Named[], node: NodeFacts): AcceleratorSupply {
  const { name, amount, held, row } = one;
  const told = toldOf(one, all, node);
  const physical = told.physical ?? (told.unit === 'device' ? amount : undefined);
  const same = all.filter((other) => other !== one && siliconName(other) === siliconName(one) && other.amount > 0);
  const elsewhere = heldElsewhere(one, same, all, physical);
  const per = physical === undefined || physical === 0 ? 1 : Math.max(1, amount / physical);
  return {
    node: node.name,
    mode: 'device-plugin',
    name,
    vendor: row.vendor || undefined,
    simulated: row.simulated === true || node.simulated || node.labels['run.ai/simulated-gpu-node-pool'] !== undefined,
    unit: told.unit,
    usable: amount,
    free: Math.max(0, Math.min(amount - held, Math.floor(amount - elsewhere * per - held))),
    ...(physical === undefined ? {} : { physical }),
    ...(told.strategy === undefined ? {} : { sharing: told.strategy }),
    ...measuredOf(told, amount, physical),
    ...(same.length === 0 ? {} : { variantsOfSameSilicon: same.map((other) => other.name) }),
    deviceClasses: [],
    devices: [],
  };
}

function measuredOf(
  { unit, partitions }: Sharing,
  amount: number,
  physical: number | undefined,
): { measured?: number } {
  const measured =
    unit === 'partition' ? amount : unit === 'virtual' ? 0 : unit === 'device' ? amount : (partitions ?? physical);
  return measured === undefined ? {} : { measured };
}

/** What the node's labels say goes before what the name alone says. */
function toldOf(one: Named, all: readonly Named[], node: NodeFacts): Sharing {
  const { name, amount, unit } = one;
  // A name that was left behind at 0 tells nothing of how the devices are shared now.
  if (amount === 0 && (node.capacity[name] ?? 0) === 0) return { unit };
  if (unit === 'core') {
    const device = all.find(
      (other) => other.name !== name && other.unit === 'device' && siliconName(other) === siliconName(one),
    );
    const per = coresPerDevice(node.labels['node.kubernetes.io/instance-type'] ?? '', amount);
    const physical = device?.amount || (per === undefined ? undefined : amount / per);
    return { unit, ...(physical === undefined ? {} : { physical }) };
  }
  if (unit === 'amount') {
    const physical = sharingOf(name, node)?.physical ?? devicesIn(one);
    return { unit, ...(physical === undefined ? {} : { physical }) };
  }
  if (unit === 'virtual') return { unit };
  const told = sharingOf(name, node);
  if (unit === 'device') {
    // A register that does not fit may be left over from another time: then nobody knows how many devices there are.
    if (told?.contradiction?.startsWith('its register')) return withoutPhysical(told);
    if (told !== undefined) return told;
    const counted = devicesBeside(one, all);
    return counted !== undefined && counted < amount ? { unit: 'share', physical: counted } : { unit };
  }
  if (unit === 'share') {
    const isCut = name.startsWith('nvidia.com/mig-');
    const physical = told?.physical ?? (isCut ? cutDevices(one, all, node) : devicesBeside(one, all));
    return { ...told, unit, ...(physical === undefined ? {} : { physical }) };
  }
  if (unit === 'partition' && told?.unit !== 'share') {
    const physical = told?.physical ?? cutDevices(one, all, node);
    const profile = /mig-([\w.]+)$/.exec(name)?.[1];
    const strategy = told?.strategy ?? (profile === undefined ? undefined : `MIG ${profile}`);
    return {
      unit,
      ...(physical === undefined ? {} : { physical }),
      ...(strategy === undefined ? {} : { strategy }),
    };
  }
  return { ...told, unit: told?.unit === 'share' ? 'share' : unit };
}

function withoutPhysical(sharing: Sharing): Sharing {
  const { physical: _, ...told } = sharing;
  return told;
}

/** Devices in an amount of percent or thousandths. */
function devicesIn({ amount, row }: Named): number | undefined {
  const devices = row.perDevice === undefined ? undefined : amount / row.perDevice;
  return devices !== undefined && Number.isInteger(devices) && devices > 0 ? devices : undefined;
}

/** Devices that another name of the same maker counts: `Ascend910B4-core` beside `Ascend910B4`, `vgpu-cores` beside `vgpu-number`. */
function devicesBeside({ name, row }: Named, all: readonly Named[]): number | undefined {
  const [domain = ''] = name.split('/');
  const beside = all.filter(
    (other) => other.unit === 'amount' && other.row.vendor === row.vendor && other.name.startsWith(`${domain}/`),
  );
  const own = beside.find((other) => other.name.startsWith(`${name}-`) || other.name.startsWith(`${name}.`));
  return [own, ...beside].flatMap((other) => (other === undefined ? [] : (devicesIn(other) ?? [])))[0];
}

/** Devices that are cut: all that the node has, less those that are whole, where there is one kind of partition. */
function cutDevices({ name, amount, row }: Named, all: readonly Named[], { labels }: NodeFacts): number | undefined {
  const amd = /^amd\.com\/([a-z]+)_nps/.exec(name)?.[1];
  if (amd !== undefined) {
    const devices = amount / (amdParts(amd, labels) ?? 1);
    return Number.isInteger(devices) && devices > 0 ? devices : undefined;
  }
  const kinds = all.filter(
    (other) =>
      other.row.vendor === row.vendor &&
      other.amount > 0 &&
      (other.unit === 'partition' || other.name.startsWith('nvidia.com/mig-')),
  );
  const count = Number(labels['nvidia.com/gpu.count']);
  if (row.vendor !== 'nvidia' || kinds.length !== 1 || !(count > 0)) return undefined;
  const whole = all.find((other) => other.name === 'nvidia.com/gpu')?.amount ?? 0;
  const cut = count - whole;
  return cut > 0 && cut <= amount ? cut : undefined;
}

function siliconName({ name, row }: Named): string {
  return row.sameAs ?? name;
}

/** Pieces of silicon of which something is held under other names. */
function heldElsewhere(
  one: Named,
  same: readonly Named[],
  all: readonly Named[],
  physical: number | undefined,
): number {
  const byName = same.reduce((sum, other) => {
    const per = physical === undefined || physical === 0 ? 1 : Math.max(1, other.amount / physical);
    return sum + Math.ceil(other.held / per);
  }, 0);
  const instead = all.filter(
    (other) => other.row.instead === true && (other.row.vendor === '' || other.row.vendor === one.row.vendor),
  );
  const byAmount = instead.map(({ held, row }) => Math.ceil(held / (row.perDevice ?? 1)));
  return byName + (one.unit === 'amount' ? 0 : Math.max(0, ...byAmount));
}
