import { isObject, type KubeObject } from '../../kube/object.ts';
import type { SolutionFound } from '../solutions.ts';
import { clusterAutoscalerPools, nodeGroups, STATUS_CONFIG_MAP, whyFull } from './cluster-autoscaler-status.ts';
import { karpenterPools } from './karpenter-pools.ts';
import { clusterApiPools } from './machine-pools.ts';
import type { PoolGround } from './offers.ts';
import { openShiftPools } from './openshift-pools.ts';
import type { AutoscaledPool, Autoscaling } from './pool.ts';

/** The objects in which autoscalers show themselves; of a kind that is not served, undefined. */
export interface AutoscalerObjects {
  readonly nodePools: readonly KubeObject[] | undefined;
  readonly statusConfigMaps: readonly KubeObject[];
  readonly clusterApi: readonly KubeObject[] | undefined;
  readonly clusterAutoscalers?: readonly KubeObject[] | undefined;
  readonly machineAutoscalers: readonly KubeObject[] | undefined;
  readonly machineSets: readonly KubeObject[];
}

/** All pools that something says it scales, each once, and what was looked at. */
export function findAutoscaling(
  objects: AutoscalerObjects,
  solutions: readonly SolutionFound[],
  ground: PoolGround,
): Autoscaling {
  const { nodePools, statusConfigMaps, clusterApi, clusterAutoscalers, machineAutoscalers, machineSets } = objects;
  const karpenter = karpenterPools(nodePools ?? [], ground);
  const maps = newestFirst(statusConfigMaps);
  const groups = firstOfEach(maps.flatMap((map) => clusterAutoscalerPools(map, ground)));
  const machines = clusterApiPools(clusterApi ?? [], ground);
  const openShift = openShiftPools(
    { clusterAutoscalers, machineAutoscalers: machineAutoscalers ?? [], machineSets },
    ground,
  );
  const states = new Map(
    maps.toReversed().flatMap((map) => nodeGroups(map).map((group) => [group.name, group] as const)),
  );
  const owned = new Set<string>();
  const told = [...machines, ...openShift].map((pool) => {
    const state = states.get(pool.group ?? '');
    if (state === undefined) return pool;
    owned.add(state.name);
    const full = pool.full ?? whyFull(state);
    return { ...pool, ...(full === undefined ? {} : { full }) };
  });
  const autoscalers = solutions.filter(({ role }) => role === 'cluster-autoscaler');
  const running = autoscalers.flatMap(({ controllers }) => controllers.map((one) => `${one.namespace}/${one.name}`));
  const off = switchedOff(autoscalers);
  const pools = [...karpenter, ...groups.filter(({ name }) => !owned.has(name)), ...told];
  const places = maps.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
  return {
    pools: pools.map((pool) => (off.has(pool.by) && pool.full === undefined ? { ...pool, full: OFF } : pool)),
    looked: [
      `Deployments and StatefulSets of cluster autoscalers and Karpenter: ${running.join(', ') || 'none'}`,
      `Karpenter NodePools (karpenter.sh): ${counted(nodePools, karpenter.length, 'that scale')}`,
      `ConfigMaps ${STATUS_CONFIG_MAP.name} in any namespace: ${places === '' ? 'none' : `${places}, ${groups.length} node groups`}`,
      `Cluster API machines with the autoscaler's bounds: ${counted(clusterApi, machines.length, 'with bounds')}`,
      `OpenShift MachineAutoscalers: ${counted(machineAutoscalers, openShift.length, 'with a MachineSet')}`,
    ],
  };
}

const OFF = 'its autoscaler is switched off (it has no replicas)';

/** Of solutions whose controllers are there, and all of them are told to have no replicas. */
function switchedOff(autoscalers: readonly SolutionFound[]): ReadonlySet<string> {
  const off = autoscalers.filter(
    ({ controllers }) => controllers.length > 0 && controllers.every(({ wanted }) => wanted === 0),
  );
  const ids = new Set(off.map(({ id }) => id));
  // Cluster API's machines are scaled by Cluster Autoscaler.
  return ids.has('cluster-autoscaler') ? new Set([...ids, 'cluster-api']) : ids;
}

function firstOfEach(pools: readonly AutoscaledPool[]): AutoscaledPool[] {
  return [...new Map(pools.toReversed().map((pool) => [pool.name, pool])).values()].toReversed();
}

/** A copy may be left in a namespace where an autoscaler once was. */
function newestFirst(maps: readonly KubeObject[]): KubeObject[] {
  const timeOf = ({ data }: KubeObject): number => {
    const status = isObject(data) && typeof data['status'] === 'string' ? data['status'] : '';
    const [, day, hour] = /(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(status.slice(0, 200)) ?? [];
    return day === undefined ? 0 : Date.parse(`${day}T${hour}Z`) || 0;
  };
  return maps.toSorted((a, b) => timeOf(b) - timeOf(a));
}

function counted(found: readonly KubeObject[] | undefined, pools: number, what: string): string {
  if (found === undefined) return 'the kind is not served';
  return found.length === 0 ? 'none' : `${found.length}, ${pools} of them ${what}`;
}
