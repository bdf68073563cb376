import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import { PlimsollError } from '../errors.ts';
import { AcceleratorLoadRow, AcceleratorMetricsRow } from './metrics-tables.ts';
import { OperatorProfile } from './operator-profile.ts';
import acceleratorLoads from './tables/accelerator-loads.json' with { type: 'json' };
import acceleratorMetrics from './tables/accelerator-metrics.json' with { type: 'json' };
import draDrivers from './tables/dra-drivers.json' with { type: 'json' };
import extendedResources from './tables/extended-resources.json' with { type: 'json' };
import gatewayControllers from './tables/gateway-controllers.json' with { type: 'json' };
import operators from './tables/operators.json' with { type: 'json' };
import solutions from './tables/solutions.json' with { type: 'json' };
import vendors from './tables/vendors.json' with { type: 'json' };

const ResourceClass = z.enum(['accelerator', 'fractional', 'virtual', 'network', 'other']);
const ExtendedResourceRow = z.strictObject({
  /** Name of the resource; `*` stands for anything. */
  match: z.string(),
  class: ResourceClass,
  vendor: z.string(),
  /** No hardware behind it: a run on it is stamped `simulated`. */
  simulated: z.boolean().optional(),
});
const DraDriverRow = z.strictObject({
  driver: z.string(),
  class: z.enum(['accelerator', 'fabric', 'network', 'other']),
  vendor: z.string(),
  /** Classes that give one whole device, the best first. */
  deviceClasses: z.array(z.string()),
  simulated: z.boolean().optional(),
});
const VendorRow = z.strictObject({
  vendor: z.string(),
  /** Regular expressions of device nodes in a container, anchored at both ends. */
  perDevice: z.array(z.string()),
  control: z.array(z.string()),
  /** Variables with which some runtimes hand out devices past the scheduler. */
  visibleDevices: z.array(z.string()),
  /** Names of its majors in /proc/devices. */
  majors: z.array(z.string()),
  runtimeClasses: z.array(z.string()),
});
const SolutionRow = z.strictObject({
  id: z.string(),
  title: z.string(),
  role: z.enum([
    'gang',
    'gateway',
    'inference-gateway',
    'cluster-autoscaler',
    'metrics-adapter',
    'monitoring',
    'operator',
    'device-operator',
  ]),
  /** `group/Kind` that it serves; all of them have to be there. */
  apis: z.array(z.string()),
  /** Names of its Deployments or StatefulSets; `*` stands for anything. */
  controllers: z.array(z.string()),
  /** The project has an adapter that drives it. */
  supported: z.boolean().optional(),
});
const GatewayControllerRow = z.strictObject({
  /** `spec.controllerName` of its GatewayClasses; `*` stands for anything. */
  controller: z.string(),
  title: z.string(),
  /** Only `ingress` takes HTTP from clients to backends: waypoints of a mesh, gateways run by hand and layer 4 do not. */
  serves: z.enum(['ingress', 'mesh', 'unmanaged', 'layer4']),
});
const TablesFile = z.strictObject({
  extendedResources: z.array(ExtendedResourceRow).optional(),
  draDrivers: z.array(DraDriverRow).optional(),
  vendors: z.array(VendorRow).optional(),
  solutions: z.array(SolutionRow).optional(),
  gatewayControllers: z.array(GatewayControllerRow).optional(),
  /** How operators are tried (robust_controller). */
  operators: z.array(OperatorProfile).optional(),
  /** Names of metrics, and programs that put a device to work (accelerator_metrics). */
  acceleratorMetrics: z.array(AcceleratorMetricsRow).optional(),
  acceleratorLoads: z.array(AcceleratorLoadRow).optional(),
});

export type ExtendedResourceRow = z.infer<typeof ExtendedResourceRow>;
export type DraDriverRow = z.infer<typeof DraDriverRow>;
export type VendorRow = z.infer<typeof VendorRow>;
export type SolutionRow = z.infer<typeof SolutionRow>;
export type GatewayControllerRow = z.infer<typeof GatewayControllerRow>;
export type SolutionRole = SolutionRow['role'];

export interface Tables {
  readonly extendedResources: readonly ExtendedResourceRow[];
  readonly draDrivers: readonly DraDriverRow[];
  readonly vendors: readonly VendorRow[];
  readonly solutions: readonly SolutionRow[];
  readonly gatewayControllers: readonly GatewayControllerRow[];
  readonly operators: readonly OperatorProfile[];
  readonly acceleratorMetrics: readonly AcceleratorMetricsRow[];
  readonly acceleratorLoads: readonly AcceleratorLoadRow[];
}

/** The project's own rows. */
export const TABLES: Tables = {
  extendedResources: z.array(ExtendedResourceRow).parse(extendedResources),
  draDrivers: z.array(DraDriverRow).parse(draDrivers),
  vendors: z.array(VendorRow).parse(vendors),
  solutions: z.array(SolutionRow).parse(solutions),
  gatewayControllers: z.array(GatewayControllerRow).parse(gatewayControllers),
  operators: z.array(OperatorProfile).parse(operators),
  acceleratorMetrics: z.array(AcceleratorMetricsRow).parse(acceleratorMetrics),
  acceleratorLoads: z.array(AcceleratorLoadRow).parse(acceleratorLoads),
};

/**
 * The project's rows with a user's own before them (JSON or YAML, the same keys), so that a user's row wins.
 * @throws PlimsollError `tables-file` with the place in the file
 */
export async function readTables(file: string | undefined): Promise<Tables> {
  if (file === undefined) return TABLES;
  const remedy =
    'see src/inventory/tables/ for the rows; the file has one or more of extendedResources, draDrivers, vendors, solutions, gatewayControllers, operators, acceleratorMetrics, acceleratorLoads';
  let raw: unknown;
  try {
    raw = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new PlimsollError('tables-file', `--tables ${file}: ${(cause as Error).message}`, remedy, { cause });
  }
  const own = TablesFile.safeParse(raw);
  if (!own.success) throw new PlimsollError('tables-file', `--tables ${file}: ${z.prettifyError(own.error)}`, remedy);
  return {
    extendedResources: [...(own.data.extendedResources ?? []), ...TABLES.extendedResources],
    draDrivers: [...(own.data.draDrivers ?? []), ...TABLES.draDrivers],
    vendors: [...(own.data.vendors ?? []), ...TABLES.vendors],
    solutions: [...(own.data.solutions ?? []), ...TABLES.solutions],
    gatewayControllers: [...(own.data.gatewayControllers ?? []), ...TABLES.gatewayControllers],
    operators: [...(own.data.operators ?? []), ...TABLES.operators],
    acceleratorMetrics: [...(own.data.acceleratorMetrics ?? []), ...TABLES.acceleratorMetrics],
    acceleratorLoads: [...(own.data.acceleratorLoads ?? []), ...TABLES.acceleratorLoads],
  };
}

/** Does `name` fit `pattern`, in which `*` stands for anything? */
export function fits(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}
