import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Accelerator, deviceEnvironment, devicePath, RESOURCE_NAME } from '../accelerator.ts';

/** Name of the file beside the record of accelerators. */
export const SHAPE_FILE = 'plugin-shape.json';

const pluginShape = z.strictObject({
  /** Extended resource. */
  resource: z.string(),
  /** Nodes that every container with a device gets: the vendor's control nodes. */
  control: z.array(z.string()),
  /** More nodes of a device, by its uuid: a card beside its render node. */
  beside: z.record(z.string(), z.array(z.string())),
  /** How many of the resource one device is. */
  units: z.number().int().positive(),
  /** A variable that lists the devices of the container by index. */
  variable: z.string().optional(),
});

/** How a vendor's device plugin hands devices out, where the vendor's own program cannot be had (setups/shapes). */
export type PluginShape = z.infer<typeof pluginShape>;

/** The shape that the node's folder says; undefined: the lab's own way. */
export function readPluginShape(folder: string): PluginShape | undefined {
  const file = join(folder, SHAPE_FILE);
  return existsSync(file) ? pluginShape.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

export function resourceOf(shape: PluginShape | undefined): string {
  return shape?.resource ?? RESOURCE_NAME;
}

/** The device ids of an accelerator: its uuid, or one for each unit of it. */
export function unitsOf({ uuid }: Accelerator, shape: PluginShape | undefined): string[] {
  const units = shape?.units ?? 1;
  return units === 1 ? [uuid] : Array.from({ length: units }, (_, unit) => `${uuid}::${unit}`);
}

/** The uuid of the accelerator that a device id is of. */
export function acceleratorOf(id: string): string {
  return id.split('::')[0] ?? id;
}

/** The device nodes of a container with these accelerators. */
export function pathsOf(given: readonly Accelerator[], shape: PluginShape | undefined): string[] {
  const own = given.flatMap((one) => [devicePath(one), ...(shape?.beside[one.uuid] ?? [])]);
  return given.length === 0 ? [] : [...own, ...(shape?.control ?? [])];
}

export function environmentOf(given: readonly Accelerator[], shape: PluginShape | undefined): Record<string, string> {
  if (shape === undefined) return Object.assign({}, ...given.map(deviceEnvironment)) as Record<string, string>;
  return shape.variable === undefined ? {} : { [shape.variable]: given.map(({ index }) => index).join(',') };
}
