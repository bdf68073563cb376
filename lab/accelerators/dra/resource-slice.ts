import { type Accelerator, DRIVER_NAME, deviceName } from '../accelerator.ts';
import type { Health } from '../device-health.ts';

export interface NodeIdentity {
  readonly name: string;
  readonly uid: string;
}

/** `resource.k8s.io/v1` ResourceSlice, as far as this driver writes it. */
export interface ResourceSlice {
  readonly apiVersion: 'resource.k8s.io/v1';
  readonly kind: 'ResourceSlice';
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly ownerReferences?: readonly object[];
  };
  readonly spec: {
    readonly driver: string;
    readonly nodeName: string;
    readonly pool: { readonly name: string; readonly generation: number; readonly resourceSliceCount: number };
    readonly devices: readonly object[];
  };
}

/** The one slice of a node: all its accelerators fit (64 with taints). The name is fixed, so no second one can arise. */
export function sliceName(node: string): string {
  return `${node}-${DRIVER_NAME}`;
}

/**
 * What the driver says of a node's devices. The pool is the node; the Node object owns the slice, so that it goes with it.
 * A device that cannot work stays listed, with a taint that keeps new pods away and ends those that use it.
 */
export function resourceSlice(
  node: NodeIdentity,
  accelerators: readonly Accelerator[],
  driverVersion: string,
  health: (accelerator: Accelerator) => Health,
  generation: number,
): ResourceSlice {
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: {
      name: sliceName(node.name),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid, controller: true }],
    },
    spec: {
      driver: DRIVER_NAME,
      nodeName: node.name,
      pool: { name: node.name, generation, resourceSliceCount: 1 },
      devices: accelerators.map((accelerator) => device(accelerator, driverVersion, health(accelerator))),
    },
  };
}

function device(accelerator: Accelerator, driverVersion: string, health: Health): object {
  return {
    name: deviceName(accelerator),
    attributes: {
      model: { string: accelerator.model },
      uuid: { string: accelerator.uuid },
      index: { int: accelerator.index },
      driverVersion: { version: driverVersion },
    },
    capacity: { memory: { value: quantity(accelerator.memoryBytes) } },
    ...(health.healthy ? {} : { taints: [{ key: `${DRIVER_NAME}/unhealthy`, effect: 'NoExecute' }] }),
  };
}

/** Bytes as the API server writes them back: whole binary units. */
function quantity(bytes: number): string {
  for (const [unit, size] of [
    ['Gi', 1024 ** 3],
    ['Mi', 1024 ** 2],
    ['Ki', 1024],
  ] as const) {
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/**
 * Whether a stored slice (as a list gives it: without apiVersion and kind) says what `wanted` says, its generation apart.
 * Fields that the API server adds, such as a taint's `timeAdded`, do not count; taints that should not be there do.
 */
export function saysTheSame(stored: Pick<ResourceSlice, 'metadata' | 'spec'>, wanted: ResourceSlice): boolean {
  const { pool, ...spec } = wanted.spec;
  return (
    covers(stored.spec, spec) &&
    covers(stored.spec.pool, { ...pool, generation: stored.spec.pool.generation }) &&
    covers(stored.metadata.ownerReferences, wanted.metadata.ownerReferences) &&
    taints(stored) === taints(wanted)
  );
}

function taints(slice: Pick<ResourceSlice, 'spec'>): number {
  return slice.spec.devices.filter((device) => 'taints' in device).length;
}

/** Whether everything in `wanted` stands in `stored` too, lists with the same length. */
function covers(stored: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(stored) &&
      stored.length === wanted.length &&
      wanted.every((item, index) => covers(stored[index], item))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return stored === wanted;
  if (typeof stored !== 'object' || stored === null) return false;
  return Object.entries(wanted).every(([key, value]) => covers((stored as Record<string, unknown>)[key], value));
}
