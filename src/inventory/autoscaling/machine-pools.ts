import { isObject, type KubeObject } from '../../kube/object.ts';
import { acceleratorOfInstance } from '../instance-types.ts';
import type { NodeFacts, Taint } from '../node-facts.ts';
import { text } from '../text.ts';
import { offerNamed, offersOf, type PoolGround, taintsOf, tolerationsOf, tolerationsOfNodes } from './offers.ts';
import type { AutoscaledPool, PoolOffer } from './pool.ts';

const BOUND =
  /^(cluster\.x-k8s\.io|machine\.openshift\.io|cluster\.k8s\.io)\/cluster-api-autoscaler-node-group-(min|max)-size$/;
const CAPACITY = 'capacity.cluster-autoscaler.kubernetes.io/';

/** Labels of machines that Cluster API hands on to nodes (cluster.x-k8s.io, "metadata propagation"). */
const HANDED_ON = /^(node-role\.kubernetes\.io|node-restriction\.kubernetes\.io|node\.cluster\.x-k8s\.io)(\/|$)/;

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** MachineDeployments, MachineSets and MachinePools of Cluster API that carry the autoscaler's bounds. */
export function clusterApiPools(machines: readonly KubeObject[], ground: PoolGround): AutoscaledPool[] {
  const names = machines.filter(({ kind }) => kind === 'MachineDeployment').map(({ metadata }) => metadata.name ?? '');
  return machines.flatMap((object) => {
    const bounds = boundsOf(object);
    // A deployment hands its annotations on to its sets.
    const isPart = object.metadata.ownerReferences?.some(({ kind }) => kind === 'MachineDeployment') === true;
    if (bounds === undefined || isPart) return [];
    const labels = Object.entries(labelsOf(object, ['spec', 'template', 'metadata', 'labels']));
    const own = labels.find(([key]) => HANDED_ON.test(key));
    const nodes = ground.nodes.filter((node) => isOwner(object, node, machines, names));
    return [machinePool('cluster-api', object, bounds, own, nodes, ground, undefined)];
  });
}

/** The bounds that annotations give. */
export function boundsOf({ metadata }: KubeObject): Bounds | undefined {
  const found = Object.entries(metadata.annotations ?? {}).flatMap(([key, value]) => {
    const which = BOUND.exec(key)?.[2];
    return which === undefined || value === '' || Number.isNaN(Number(value)) ? [] : [[which, Number(value)] as const];
  });
  const { min, max } = Object.fromEntries(found) as { min?: number; max?: number };
  return min === undefined || max === undefined ? undefined : { least: min, most: max };
}

/** Cluster API writes on each node who made its machine. */
function isOwner(
  { kind, metadata: { name = '' } }: KubeObject,
  { annotations }: NodeFacts,
  machines: readonly KubeObject[],
  deployments: readonly string[],
): boolean {
  const owner = annotations['cluster.x-k8s.io/owner-name'] ?? '';
  const ownerKind = annotations['cluster.x-k8s.io/owner-kind'] ?? '';
  if (owner === '') return false;
  if (kind !== 'MachineDeployment') return ownerKind === kind && owner === name;
  if (ownerKind !== 'MachineSet') return false;
  const set = machines.find((one) => one.kind === 'MachineSet' && one.metadata.name === owner);
  const above = set?.metadata.ownerReferences?.find((one) => one.kind === 'MachineDeployment')?.name;
  if (above !== undefined) return above === name;
  // A deployment's set is called after it, with one more word: the longest name that fits is the one.
  const [longest] = deployments.filter((one) => isSetOf(owner, one)).toSorted((a, b) => b.length - a.length);
  return longest === name;
}

function isSetOf(set: string, deployment: string): boolean {
  return set.startsWith(`${deployment}-`) && !set.slice(deployment.length + 1).includes('-');
}

/** A machine set or the like with bounds, its nodes by their owner or by a label that they alone carry. */
export function machinePool(
  by: string,
  object: KubeObject,
  { least, most }: Bounds,
  own: readonly [string, string] | undefined,
  owned: readonly NodeFacts[],
  ground: PoolGround,
  limit: string | undefined,
): AutoscaledPool {
  const { name = '', namespace = '', annotations = {} } = object.metadata;
  const label = own === undefined ? undefined : { key: own[0], value: own[1] };
  const labelled = label === undefined ? [] : ground.nodes.filter((node) => node.labels[label.key] === label.value);
  const nodes = owned.length > 0 ? owned : labelled;
  const replicas = Number(valueAt(object, ['spec', 'replicas']) ?? valueAt(object, ['status', 'replicas']) ?? 0);
  const template = taintsOf(valueAt(object, ['spec', 'template', 'spec', 'taints']));
  const taints = template.length > 0 ? template : taintsIn(annotations[`${CAPACITY}taints`] ?? '');
  const names = nodes.map((node) => node.name);
  const full = limit ?? whyFull(object, { least, most }, replicas);
  return {
    by,
    title: `${object.kind} ${namespace}/${name}`,
    name: `${namespace}/${name}`,
    group: `${object.kind}/${namespace}/${name}`,
    ...(label === undefined ? {} : { label }),
    nodes: names,
    least,
    most,
    ...(full === undefined ? {} : { full }),
    tolerations: taints.length > 0 ? tolerationsOf(taints) : tolerationsOfNodes(nodes),
    offers: offersOf(ground, names, Object.keys(annotations), promised(object, ground)),
  };
}

function whyFull(object: KubeObject, { least, most }: Bounds, replicas: number): string | undefined {
  if (object.metadata.annotations?.['cluster.x-k8s.io/paused'] !== undefined) return 'it is paused';
  if (object.metadata.deletionTimestamp !== undefined) return 'it is being deleted';
  if (replicas < most) return undefined;
  return least === most ? `it is fixed at ${most} nodes (min = max)` : `it has ${replicas} of ${most} nodes`;
}

/** What annotations promise of the nodes of an empty group: Cluster API's provider of Cluster Autoscaler, and OpenShift's own. */
function promised({ metadata: { annotations = {}, labels = {} }, spec }: KubeObject, ground: PoolGround): PoolOffer[] {
  const written = annotations[`${CAPACITY}gpu-count`] ?? annotations['machine.openshift.io/GPU'];
  const count = Number(written ?? 0);
  const driver = annotations[`${CAPACITY}dra-driver`] ?? '';
  const told = { known: `its annotations promise ${count || 'some'}` };
  if (driver !== '') return offerNamed(ground, driver).map((offer) => ({ ...offer, ...told }));
  const type = annotations[`${CAPACITY}gpu-type`];
  if (type !== undefined && (written === undefined || count > 0))
    return offerNamed(ground, type).map((offer) => ({ ...offer, ...told }));
  if (!(Number(annotations['machine.openshift.io/GPU'] ?? 0) > 0))
    return annotations['machine.openshift.io/GPU'] === undefined ? byMachine(spec, ground) : [];
  const said = [
    labels['cluster-api/accelerator'],
    annotations[`${CAPACITY}labels`],
    JSON.stringify(spec ?? {}).match(/"cluster-api\/accelerator":"([^"]*)"/)?.[1],
    ...(ground.acceleratorTypes ?? []),
  ].join(' ');
  const resource = /gaudi|habana/i.test(said)
    ? 'habana.ai/gaudi'
    : /(^|\W)amd/i.test(said)
      ? 'amd.com/gpu'
      : 'nvidia.com/gpu';
  return offerNamed(ground, resource).map((offer) => ({ ...offer, ...told }));
}

/** By the type of the machines that OpenShift's provider is asked for (AWS, Azure, GCP, OCI), or the accelerators that it adds (GCP). */
function byMachine(spec: unknown, ground: PoolGround): PoolOffer[] {
  const value = ['template', 'spec', 'providerSpec', 'value'].reduce<unknown>(
    (part, step) => (isObject(part) ? part[step] : undefined),
    spec,
  );
  if (!isObject(value)) return [];
  const type =
    text(value['instanceType']) || text(value['vmSize']) || text(value['machineType']) || text(value['profile']);
  const gpus = Array.isArray(value['gpus']) ? value['gpus'].filter(isObject) : [];
  const hasGpus = gpus.some(({ count }) => Number(count) > 0);
  const resource = hasGpus ? 'nvidia.com/gpu' : acceleratorOfInstance(type);
  if (resource === undefined) return [];
  const known = hasGpus ? 'its machines are given GPUs' : `its machines are ${type}`;
  return offerNamed(ground, resource).map((offer) => ({ ...offer, known }));
}

/** `dedicated=gpu:NoSchedule,other:NoExecute`. */
function taintsIn(written: string): Taint[] {
  return written.split(',').flatMap((one) => {
    const [, key, , value, effect] = /^\s*([^=:]+)(=([^:]*))?:(\w+)\s*$/.exec(one) ?? [];
    return key === undefined || effect === undefined ? [] : [{ key, effect, ...(value ? { value } : {}) }];
  });
}

export function valueAt(object: KubeObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), object);
}

export function labelsOf(object: KubeObject, path: readonly string[]): Record<string, string> {
  const labels = valueAt(object, path);
  return Object.fromEntries(Object.entries(isObject(labels) ? labels : {}).map(([key, value]) => [key, text(value)]));
}
