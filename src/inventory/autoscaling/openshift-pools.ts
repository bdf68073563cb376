import { isObject, type KubeObject } from '../../kube/object.ts';
import { text } from '../text.ts';
import { boundsOf, labelsOf, machinePool, valueAt } from './machine-pools.ts';
import type { PoolGround } from './offers.ts';
import type { AutoscaledPool } from './pool.ts';

export interface OpenShiftObjects {
  /** Undefined: the kind is not served, or nobody told. */
  readonly clusterAutoscalers: readonly KubeObject[] | undefined;
  readonly machineAutoscalers: readonly KubeObject[];
  readonly machineSets: readonly KubeObject[];
}

/** MachineSets that an OpenShift MachineAutoscaler (autoscaling.openshift.io) scales, or that carry the bounds which it writes. */
export function openShiftPools(
  { clusterAutoscalers, machineAutoscalers, machineSets }: OpenShiftObjects,
  ground: PoolGround,
): AutoscaledPool[] {
  const [limits] = (clusterAutoscalers ?? [])
    .map((object) => valueAt(object, ['spec', 'resourceLimits']))
    .filter(isObject);
  const gpus = Array.isArray(limits?.['gpus']) ? limits['gpus'].filter(isObject) : [];
  const most = Number(limits?.['maxNodesTotal'] ?? Infinity);
  const full =
    ground.nodes.length >= most ? `the cluster has ${ground.nodes.length} of at most ${most} nodes` : undefined;
  const limit = clusterAutoscalers?.length === 0 ? 'there is no ClusterAutoscaler, without which nothing scales' : full;
  const typed = { ...ground, acceleratorTypes: gpus.map((one) => text(one['type'])) };
  return machineSets.flatMap((set) => {
    const autoscaler = machineAutoscalers.find(
      ({ metadata, spec }) =>
        isObject(spec) &&
        isObject(spec['scaleTargetRef']) &&
        spec['scaleTargetRef']['name'] === set.metadata.name &&
        metadata.namespace === set.metadata.namespace,
    );
    const bounds =
      autoscaler === undefined
        ? boundsOf(set)
        : {
            least: Number(valueAt(autoscaler, ['spec', 'minReplicas']) ?? 0),
            most: Number(valueAt(autoscaler, ['spec', 'maxReplicas']) ?? 0),
          };
    if (bounds === undefined) return [];
    // These labels go onto the nodes as they are; a role, or an accelerator's type, is not the set's alone.
    const labels = Object.entries(labelsOf(set, ['spec', 'template', 'spec', 'metadata', 'labels']));
    const own = labels.find(([key]) => !/^(node-role\.|cluster-api\/accelerator$)/.test(key));
    const nodes = ground.nodes.filter(({ annotations }) => {
      const machine = annotations['machine.openshift.io/machine'] ?? '';
      return machine.replace(/-[^-]+$/, '') === `${set.metadata.namespace}/${set.metadata.name}`;
    });
    const pool = machinePool('openshift-autoscaler', set, bounds, own, nodes, typed, limit);
    const used = pool.full === undefined ? gpusUsedUp(gpus, pool, ground) : undefined;
    return [used === undefined ? pool : { ...pool, full: used }];
  });
}

/** A limit of the ClusterAutoscaler on accelerators: of a resource, or of what the label cluster-api/accelerator names. */
function gpusUsedUp(
  gpus: readonly Record<string, unknown>[],
  { offers }: AutoscaledPool,
  { nodes }: PoolGround,
): string | undefined {
  for (const { type, max } of gpus) {
    const named = text(type);
    const most = Number(max);
    const isResource = offers.some(({ name }) => name === named);
    const own = nodes.filter(({ labels }) => isResource || labels['cluster-api/accelerator'] === named);
    const there = own.reduce(
      (sum, { capacity }) => sum + offers.reduce((largest, { name }) => Math.max(largest, capacity[name] ?? 0), 0),
      0,
    );
    if (offers.length > 0 && most >= 0 && own.length > 0 && there >= most)
      return `the cluster has ${there} of at most ${most} ${named}`;
  }
  return undefined;
}
