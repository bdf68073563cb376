import { isObject, type KubeObject } from '../../kube/object.ts';
import { text } from '../text.ts';
import { boundsOf, labelsOf, machinePool, valueAt } from './machine-pools.ts';
import type { PoolGround } from './offers.ts';
import type { AutoscaledPool } from './pool.ts';

export interface OpenShiftObjects {
  readonly clusterAutoscalers: readonly KubeObject[];
  readonly machineAutoscalers: readonly KubeObject[];
  readonly machineSets: readonly KubeObject[];
}

/** MachineSets that an OpenShift MachineAutoscaler (autoscaling.openshift.io) scales, or that carry the bounds which it writes. */
export function openShiftPools(
  { clusterAutoscalers, machineAutoscalers, machineSets }: OpenShiftObjects,
  ground: PoolGround,
): AutoscaledPool[] {
  const [limits] = clusterAutoscalers.map((object) => valueAt(object, ['spec', 'resourceLimits'])).filter(isObject);
  const gpus = Array.isArray(limits?.['gpus']) ? limits['gpus'].filter(isObject) : [];
  const most = Number(limits?.['maxNodesTotal'] ?? Infinity);
  const limit =
    ground.nodes.length >= most ? `the cluster has ${ground.nodes.length} of at most ${most} nodes` : undefined;
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
    return [machinePool('openshift-autoscaler', set, bounds, own, nodes, typed, limit)];
  });
}
