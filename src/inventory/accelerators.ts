import { isObject, type KubeObject } from '../kube/object.ts';
import type { AcceleratorSupply } from './accelerator-supply.ts';

export type { AcceleratorSupply } from './accelerator-supply.ts';
export { draSupplies } from './dra-supplies.ts';
export { classify, isExtendedResource, pluginSupplies } from './plugin-supplies.ts';

/**
 * DeviceClasses by which devices of a driver can be asked for, the likeliest first: those of the table, one that has the driver's
 * name, then those whose CEL text names the driver.
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
