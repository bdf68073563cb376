import type { KubeObject } from '../../kube/object.ts';
import type { SolutionFound } from '../solutions.ts';
import { clusterAutoscalerPools, STATUS_CONFIG_MAP } from './cluster-autoscaler-status.ts';
import { karpenterPools } from './karpenter-pools.ts';
import { clusterApiPools, openShiftPools } from './machine-pools.ts';
import type { PoolGround } from './offers.ts';
import type { Autoscaling } from './pool.ts';

/** The objects in which autoscalers show themselves; of a kind that is not served, undefined. */
export interface AutoscalerObjects {
  readonly nodePools: readonly KubeObject[] | undefined;
  readonly statusConfigMaps: readonly KubeObject[];
  readonly clusterApi: readonly KubeObject[] | undefined;
  readonly machineAutoscalers: readonly KubeObject[] | undefined;
  readonly machineSets: readonly KubeObject[];
}

/** All pools that something says it scales, and what was looked at. */
export function findAutoscaling(
  objects: AutoscalerObjects,
  solutions: readonly SolutionFound[],
  ground: PoolGround,
): Autoscaling {
  const { nodePools, statusConfigMaps, clusterApi, machineAutoscalers, machineSets } = objects;
  const karpenter = karpenterPools(nodePools ?? [], ground);
  const groups = statusConfigMaps.flatMap((map) => clusterAutoscalerPools(map, ground));
  const machines = clusterApiPools(clusterApi ?? [], ground);
  const openShift = openShiftPools(machineAutoscalers ?? [], machineSets, ground);
  const autoscalers = solutions.filter(({ role }) => role === 'cluster-autoscaler');
  const running = autoscalers.flatMap(({ controllers }) => controllers.map((one) => `${one.namespace}/${one.name}`));
  const { namespace, name } = STATUS_CONFIG_MAP;
  return {
    pools: [...karpenter, ...groups, ...machines, ...openShift],
    looked: [
      `Deployments and StatefulSets of cluster autoscalers and Karpenter: ${running.join(', ') || 'none'}`,
      `Karpenter NodePools (karpenter.sh): ${counted(nodePools, karpenter.length, 'that scale')}`,
      `ConfigMap ${namespace}/${name}: ${statusConfigMaps.length === 0 ? 'none' : `${groups.length} node groups`}`,
      `Cluster API machines with the autoscaler's bounds: ${counted(clusterApi, machines.length, 'with bounds')}`,
      `OpenShift MachineAutoscalers: ${counted(machineAutoscalers, openShift.length, 'with a MachineSet')}`,
    ],
  };
}

function counted(found: readonly KubeObject[] | undefined, pools: number, what: string): string {
  if (found === undefined) return 'the kind is not served';
  return found.length === 0 ? 'none' : `${found.length}, ${pools} of them ${what}`;
}
