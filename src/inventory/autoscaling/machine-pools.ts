import { isObject, type KubeObject } from '../../kube/object.ts';
import { offersOf, type PoolGround, taintsOf, tolerationsOf, tolerationsOfNodes } from './offers.ts';
import type { AutoscaledPool } from './pool.ts';

const LEAST = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size';
const MOST = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size';
const CAPACITY = /^capacity\.cluster-autoscaler\.kubernetes\.io\/|^machine\.openshift\.io\/GPU$/;

/** Labels of machines that Cluster API hands on to nodes (cluster.x-k8s.io, "metadata propagation"). */
const HANDED_ON = /^(node-role\.kubernetes\.io|node-restriction\.kubernetes\.io|node\.cluster\.x-k8s\.io)(\/|$)/;

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** MachineDeployments, MachineSets and MachinePools of Cluster API that carry the autoscaler's bounds. */
export function clusterApiPools(machines: readonly KubeObject[], ground: PoolGround): AutoscaledPool[] {
  return machines.flatMap((object) => {
    const annotations = object.metadata.annotations ?? {};
    const [least, most] = [annotations[LEAST], annotations[MOST]].map(Number);
    if (least === undefined || most === undefined || Number.isNaN(least) || Number.isNaN(most)) return [];
    const labels = Object.entries(labelsOf(object, ['spec', 'template', 'metadata', 'labels']));
    return [
      pool(
        'cluster-api',
        object,
        { least, most },
        labels.find(([key]) => HANDED_ON.test(key)),
        ground,
      ),
    ];
  });
}

/** MachineSets that an OpenShift MachineAutoscaler (autoscaling.openshift.io) scales. */
export function openShiftPools(
  autoscalers: readonly KubeObject[],
  machineSets: readonly KubeObject[],
  ground: PoolGround,
): AutoscaledPool[] {
  return autoscalers.flatMap((autoscaler) => {
    const spec = isObject(autoscaler['spec']) ? autoscaler['spec'] : {};
    const target = isObject(spec['scaleTargetRef']) ? spec['scaleTargetRef'] : {};
    const set = machineSets.find(
      ({ metadata }) => metadata.name === target['name'] && metadata.namespace === autoscaler.metadata.namespace,
    );
    if (set === undefined) return [];
    const bounds = { least: Number(spec['minReplicas'] ?? 0), most: Number(spec['maxReplicas'] ?? 0) };
    // These labels go onto the nodes as they are; a role is not the set's alone.
    const labels = Object.entries(labelsOf(set, ['spec', 'template', 'spec', 'metadata', 'labels']));
    return [
      pool(
        'openshift-autoscaler',
        set,
        bounds,
        labels.find(([key]) => !key.startsWith('node-role.')),
        ground,
      ),
    ];
  });
}

function pool(
  by: string,
  object: KubeObject,
  { least, most }: Bounds,
  own: readonly [string, string] | undefined,
  ground: PoolGround,
): AutoscaledPool {
  const { name = '', namespace, annotations = {} } = object.metadata;
  const label = own === undefined ? undefined : { key: own[0], value: own[1] };
  const nodes = label === undefined ? [] : ground.nodes.filter((node) => node.labels[label.key] === label.value);
  const replicas = Number(valueAt(object, ['spec', 'replicas']) ?? valueAt(object, ['status', 'replicas']) ?? 0);
  const taints = taintsOf(valueAt(object, ['spec', 'template', 'spec', 'taints']));
  const words = Object.entries(annotations).flatMap(([key, value]) => (CAPACITY.test(key) ? [key, value] : [key]));
  const names = nodes.map((node) => node.name);
  return {
    by,
    title: `${object.kind} ${namespace}/${name}`,
    name: `${namespace}/${name}`,
    ...(label === undefined ? {} : { label }),
    nodes: names,
    least,
    most,
    ...(replicas < most
      ? {}
      : { full: least === most ? `it is fixed at ${most} nodes (min = max)` : `it has ${replicas} of ${most} nodes` }),
    tolerations: taints.length > 0 ? tolerationsOf(taints) : tolerationsOfNodes(nodes),
    offers: offersOf(ground, names, words),
  };
}

function valueAt(object: KubeObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), object);
}

function labelsOf(object: KubeObject, path: readonly string[]): Record<string, string> {
  const labels = valueAt(object, path);
  return isObject(labels) ? (labels as Record<string, string>) : {};
}
