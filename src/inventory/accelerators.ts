import { isObject, type KubeObject } from '../kube/object.ts';
import type { NodeFacts } from './node-facts.ts';
import { allocatedDevices, type DraDevice, type DraPool, deviceKey } from './resource-slices.ts';
import { type ExtendedResourceRow, fits, type Tables } from './tables.ts';

/** `dra-extended`: asked for by an extended resource's name, served by DRA (KEP-5004). */
export type AcceleratorMode = 'device-plugin' | 'dra' | 'dra-extended';

/** One kind of accelerator on one node. The same silicon is counted once, whatever ways there are to ask for it. */
export interface AcceleratorSupply {
  readonly node: string;
  readonly mode: AcceleratorMode;
  /** Name of the extended resource or of the DRA driver. */
  readonly name: string;
  /** Vendor of the tables, undefined when no table knows the name: generic cases run, vendor-specific ones cannot tell. */
  readonly vendor: string | undefined;
  readonly simulated: boolean;
  /** Devices that can be allocated (healthy, untainted, of a complete pool). */
  readonly usable: number;
  /** Devices that nobody holds. */
  readonly free: number;
  /** DRA only: classes to ask by, the likeliest first, and the devices. */
  readonly deviceClasses: readonly string[];
  readonly devices: readonly (DraDevice & { readonly free: boolean })[];
}

export interface UnknownResource {
  readonly node: string;
  readonly name: string;
  readonly amount: number;
}

const NOT_DEVICES = /^(cpu|memory|ephemeral-storage|pods|storage|hugepages-.*|attachable-volumes-.*)$/;

/** The row of the first table entry that fits an extended resource's name. */
export function classify(name: string, tables: Tables): ExtendedResourceRow | undefined {
  return tables.extendedResources.find((row) => fits(row.match, name));
}

/** Is it the name of an extended resource (a domain that is not kubernetes.io, and not one of the built-in ones)? */
export function isExtendedResource(name: string): boolean {
  return !NOT_DEVICES.test(name) && name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name);
}

/** Accelerators that device plugins advertise, and resources that no table knows. */
export function pluginSupplies(
  nodes: readonly NodeFacts[],
  requested: ReadonlyMap<string, Readonly<Record<string, number>>>,
  tables: Tables,
): { supplies: AcceleratorSupply[]; unknown: UnknownResource[] } {
  const supplies: AcceleratorSupply[] = [];
  const unknown: UnknownResource[] = [];
  for (const node of nodes) {
    for (const [name, amount] of Object.entries(node.allocatable)) {
      if (!isExtendedResource(name)) continue;
      const row = classify(name, tables);
      if (row === undefined) unknown.push({ node: node.name, name, amount });
      if (row?.class !== 'accelerator') continue;
      supplies.push({
        node: node.name,
        mode: 'device-plugin',
        name,
        vendor: row.vendor || undefined,
        simulated: row.simulated === true || node.simulated,
        usable: amount,
        free: Math.max(0, amount - (requested.get(node.name)?.[name] ?? 0)),
        deviceClasses: [],
        devices: [],
      });
    }
  }
  return { supplies, unknown };
}

/** Accelerators that DRA drivers advertise. A driver that no table knows is listed with vendor undefined. */
export function draSupplies(
  pools: readonly DraPool[],
  claims: readonly KubeObject[],
  classes: readonly KubeObject[],
  nodes: readonly NodeFacts[],
  tables: Tables,
): AcceleratorSupply[] {
  const taken = allocatedDevices(claims);
  const byNode = new Map<string, DraDevice[]>();
  for (const pool of pools.filter((candidate) => candidate.complete)) {
    const row = tables.draDrivers.find((candidate) => candidate.driver === pool.driver);
    if (row !== undefined && row.class !== 'accelerator') continue;
    for (const device of pool.devices.filter((candidate) => !candidate.tainted)) {
      for (const node of device.nodes) {
        const key = `${node}\n${pool.driver}`;
        byNode.set(key, [...(byNode.get(key) ?? []), device]);
      }
    }
  }
  return [...byNode].map(([key, found]) => {
    const [node = '', driver = ''] = key.split('\n');
    const row = tables.draDrivers.find((candidate) => candidate.driver === driver);
    const devices = found.map((device) => ({ ...device, free: device.shareable || !taken.has(deviceKey(device)) }));
    return {
      node,
      mode: 'dra',
      name: driver,
      vendor: row?.vendor || undefined,
      simulated: row?.simulated === true || nodes.some((candidate) => candidate.name === node && candidate.simulated),
      usable: devices.length,
      free: devices.filter((device) => device.free).length,
      deviceClasses: classesFor(driver, classes, row?.deviceClasses ?? []),
      devices,
    };
  });
}

/**
 * DeviceClasses by which devices of a driver can be asked for, the likeliest first: those of the table, one that has the driver's
 * name, then those whose CEL text names the driver. No CEL is evaluated: a case that uses a class reads which driver the
 * allocation came from.
 */
export function classesFor(driver: string, classes: readonly KubeObject[], known: readonly string[]): string[] {
  const names = classes.map((object) => object.metadata.name ?? '');
  const naming = classes.filter((object) => {
    const written = JSON.stringify(object['spec'] ?? {}).replaceAll('\\"', "'");
    return written.includes(`'${driver}'`);
  });
  const wanted = [...known, driver, ...naming.map((object) => object.metadata.name ?? '')];
  return [...new Set(wanted)].filter((name) => names.includes(name));
}

/** Extended resource names that DeviceClasses stand behind: name -> class. */
export function draExtendedResources(classes: readonly KubeObject[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const object of classes) {
    const spec = isObject(object['spec']) ? object['spec'] : {};
    const name = spec['extendedResourceName'];
    if (typeof name === 'string' && name !== '') found.set(name, object.metadata.name ?? '');
  }
  return found;
}

/**
 * Nodes on which the same vendor's accelerators are advertised twice, by a device plugin and by a DRA driver. One way is chosen
 * per node and the counts are never added (kubernetes-sigs/ai-conformance #75).
 */
export function doubleAdvertised(supplies: readonly AcceleratorSupply[]): { node: string; names: string[] }[] {
  const groups = Map.groupBy(
    supplies.filter((supply) => supply.vendor !== undefined),
    (supply) => `${supply.node}\n${supply.vendor}`,
  );
  return [...groups.values()]
    .filter((group) => new Set(group.map((supply) => supply.mode)).size > 1)
    .map((group) => ({ node: group[0]?.node ?? '', names: group.map((supply) => supply.name) }));
}
