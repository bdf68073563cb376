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
const UNITS = ['device', 'share', 'partition', 'core', 'amount', 'virtual', 'unknown'] as const;
const ExtendedResourceRow = z.strictObject({
  /** Name of the resource; `*` stands for anything; with `^` in front it is a regular expression. */
  match: z.string().refine(isMatch, { message: 'this is no regular expression' }),
  class: ResourceClass,
  vendor: z.string(),
  /** Of what one of them is. Default: a device of class `accelerator`, an amount of `fractional`, `virtual` of `virtual`. */
  unit: z.enum(UNITS).optional(),
  /** So many of them are one device. */
  perDevice: z.number().positive().optional(),
  /** Another name of the same silicon, where both are there. */
  sameAs: z.string().optional(),
  /** Pods ask for these instead of the device's own name: what they hold is missing there. */
  instead: z.boolean().optional(),
  /** No hardware behind it: a run on it is stamped `simulated`. */
  simulated: z.boolean().optional(),
});
/** Devices of a driver that are something of their own, told by an attribute. */
const DeviceTypeRow = z.strictObject({
  /** In the driver's own domain. */
  attribute: z.string(),
  is: z.string(),
  /** `none`: no accelerator by itself. */
  unit: z.enum([...UNITS, 'none']),
  /** The attribute that names the silicon of which it is a part. */
  parent: z.string().optional(),
  /** The class that chooses such devices, where the cluster has it. */
  deviceClass: z.string().optional(),
});
const DraDriverRow = z.strictObject({
  /** Name; `*` and `^` as with resources. */
  driver: z.string().refine(isMatch, { message: 'this is no regular expression' }),
  class: z.enum(['accelerator', 'fabric', 'network', 'other']),
  vendor: z.string(),
  /** Classes that give one whole device, the best first. */
  deviceClasses: z.array(z.string()),
  types: z.array(DeviceTypeRow).optional(),
  /** Attributes that name a piece of silicon, the best first. */
  identity: z.array(z.string()).optional(),
  simulated: z.boolean().optional(),
});
const VendorRow = z.strictObject({
  vendor: z.string(),
  /** Regular expressions of device nodes in a container, anchored at both ends. */
  perDevice: z.array(z.string()),
  control: z.array(z.string()),
  /** Variables with which some runtimes hand out devices past the scheduler. */
  visibleDevices: z.array(z.string()),
  /** Each partition of a device has device nodes of its own, that fit `perDevice`: as many are seen as were granted. */
  partitionsHaveOwnNodes: z.boolean().optional(),
  /** Or: by which nodes a partition is known, how many of them each has, and the nodes of the silicon that partitions have in common. */
  partition: z
    .strictObject({
      perDevice: z.array(z.string()),
      nodesEach: z.int().positive(),
      silicon: z.array(z.string()),
    })
    .optional(),
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
  /** Names of its Deployments or StatefulSets, or `namespace/name`; `*` stands for anything. */
  controllers: z.array(z.string()),
  /** Images of their containers, where a name is not telling; `*` stands for anything. */
  images: z.array(z.string()).optional(),
  /** The controller without which it does nothing. Default: any of them. */
  needs: z.string().optional(),
  /** The project has an adapter that drives it. */
  supported: z.boolean().optional(),
});
const GatewayControllerRow = z.strictObject({
  /** `spec.controllerName` of its GatewayClasses; `*` stands for anything. */
  controller: z.string(),
  /** Only classes of such a name; `*` stands for anything. */
  class: z.string().optional(),
  title: z.string(),
  /** Only `ingress` takes HTTP from clients to backends: waypoints of a mesh, gateways run by hand and layer 4 do not. */
  serves: z.enum(['ingress', 'mesh', 'unmanaged', 'layer4', 'other']),
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
export type Unit = (typeof UNITS)[number];
export type DeviceTypeRow = z.infer<typeof DeviceTypeRow>;
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

const PATTERNS = new Map<string, RegExp>();

/** Does `name` fit `pattern`, in which `*` stands for anything? A pattern that begins with `^` is a regular expression. */
export function fits(pattern: string, name: string): boolean {
  let read = PATTERNS.get(pattern);
  if (read === undefined) {
    read = patternOf(pattern);
    PATTERNS.set(pattern, read);
  }
  return read.test(name);
}

function patternOf(pattern: string): RegExp {
  if (pattern.startsWith('^')) return new RegExp(pattern);
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`);
}

function isMatch(pattern: string): boolean {
  try {
    return patternOf(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
