import { PlimsollError } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import { ApiMissingError } from '../kube/error/api-error.ts';
import type { ListOptions } from '../kube/list.ts';
import { isObject, type KindName, type KubeObject } from '../kube/object.ts';
import type { Resources } from '../kube/resources.ts';
import { doubleAdvertised, draExtendedResources, draSupplies, pluginSupplies } from './accelerators.ts';
import { STATUS_CONFIG_MAP } from './autoscaling/cluster-autoscaler-status.ts';
import { type AutoscalerObjects, findAutoscaling } from './autoscaling/find-autoscaling.ts';
import { condition } from './conditions.ts';
import { requestedByNode } from './free-capacity.ts';
import type { ApiServiceFound, GatewayClassFound, Inventory, NodeInventory, NotRead, Remark } from './inventory.ts';
import { COLLECTOR_KINDS, findCollectors } from './monitoring.ts';
import { MONITORING } from './monitoring-tables.ts';
import { nodeFacts } from './node-facts.ts';
import { findOperators } from './operators.ts';
import { readPools } from './resource-slices.ts';
import { controllerOf, findSolutions } from './solutions.ts';
import { fits, type Tables } from './tables.ts';
import { text } from './text.ts';

const METRICS_APIS = /\.(custom\.metrics|external\.metrics|metrics)\.k8s\.io$/;

/** Reads what the cluster offers. Nothing is written. A kind that may not be read ends up in `notRead`. */
export async function takeInventory(cluster: Cluster, tables: Tables): Promise<Inventory> {
  const [version, resources] = await Promise.all([cluster.version(), cluster.resources()]);
  const notRead: NotRead[] = [];
  const read = (kind: KindName | undefined, labels?: string): Promise<KubeObject[]> =>
    readAll(cluster, kind, notRead, labels === undefined ? {} : { labels });
  const preferred = (group: string, kind: string): KindName | undefined => nameOf(resources, group, kind);
  const dra = (kind: string): KindName | undefined => preferred('resource.k8s.io', kind);
  const collecting = Promise.all(
    COLLECTOR_KINDS.map((kind) => {
      const cut = kind.indexOf('/');
      return read(preferred(kind.slice(0, cut), kind.slice(cut + 1)));
    }),
  );
  const storing = Promise.all(
    MONITORING.stores.map(async (row) => ({ row, objects: await read('v1/Service', row.labels) })),
  );
  const [nodes, pods, deployments, statefulSets, slices, claims, classes, gatewayClasses, apiServices, runtimeClasses] =
    await Promise.all([
      read('v1/Node'),
      read('v1/Pod'),
      read('apps/v1/Deployment'),
      read('apps/v1/StatefulSet'),
      read(dra('ResourceSlice')),
      read(dra('ResourceClaim')),
      read(dra('DeviceClass')),
      read(preferred('gateway.networking.k8s.io', 'GatewayClass')),
      read(preferred('apiregistration.k8s.io', 'APIService')),
      read(preferred('node.k8s.io', 'RuntimeClass')),
    ]);
  const requested = requestedByNode(pods);
  const facts: NodeInventory[] = nodes.map(nodeFacts).map((node) => {
    const taken = requested.get(node.name) ?? {};
    const free = Object.entries(node.allocatable).map(
      ([name, all]) => [name, Math.max(0, all - (taken[name] ?? 0))] as const,
    );
    return { ...node, free: Object.fromEntries(free) };
  });
  const pools = readPools(slices, facts);
  const plugins = pluginSupplies(facts, requested, tables);
  const accelerators = [...plugins.supplies, ...draSupplies(pools, claims, classes, facts, tables)];
  const workloads = [...deployments, ...statefulSets];
  const solutions = findSolutions(resources, workloads, tables);
  const ground = { nodes: facts, supplies: accelerators, deviceClasses: classes, tables };
  const autoscaling = findAutoscaling(await autoscalerObjects(cluster, resources, notRead), solutions, ground);
  const offers = autoscaling.pools.flatMap((pool) => pool.offers);
  const vendors = new Set([...accelerators, ...offers].map((one) => one.vendor));
  return {
    server: cluster.server,
    kubernetes: { gitVersion: version.gitVersion, major: version.major, minor: version.minor },
    nodes: facts,
    accelerators,
    unknownResources: plugins.unknown,
    dra: {
      versions: resources.versions('resource.k8s.io', 'ResourceClaim').map((resource) => resource.version),
      pools,
      deviceClasses: classes.map((object) => object.metadata.name ?? ''),
      extendedResources: Object.fromEntries(draExtendedResources(classes)),
    },
    solutions,
    autoscaling,
    operators: findOperators(resources, workloads.map(controllerOf), tables.operators),
    gatewayClasses: gatewayClasses.map((object) => gatewayClass(object, tables)),
    monitoring: findCollectors(resources, { instances: (await collecting).flat(), services: await storing }),
    metricsApis: apiServices.filter((object) => METRICS_APIS.test(object.metadata.name ?? '')).map(apiService),
    runtimeClasses: runtimeClasses.map((object) => ({
      name: object.metadata.name ?? '',
      handler: text(object['handler']),
    })),
    acceleratorMetrics: tables.acceleratorMetrics,
    acceleratorLoads: tables.acceleratorLoads.filter((row) => accelerators.some(({ vendor }) => vendor === row.vendor)),
    vendors: tables.vendors.filter(({ vendor }) => vendors.has(vendor)),
    remarks: remarksOn(accelerators, pools, resources),
    notRead,
    simulated:
      accelerators.some((supply) => supply.simulated) ||
      facts.some((node) => node.simulated) ||
      offers.some((offer) => offer.simulated),
  };
}

/** Where autoscalers show themselves (src/inventory/autoscaling). */
async function autoscalerObjects(
  cluster: Cluster,
  resources: Resources,
  notRead: NotRead[],
): Promise<AutoscalerObjects> {
  const all = async (group: string, ...kinds: readonly string[]): Promise<KubeObject[] | undefined> => {
    const served = kinds.flatMap((kind) => nameOf(resources, group, kind) ?? []);
    if (served.length === 0) return undefined;
    return (await Promise.all(served.map((kind) => readAll(cluster, kind, notRead)))).flat();
  };
  const { namespace, name } = STATUS_CONFIG_MAP;
  const [nodePools, clusterApi, machineAutoscalers, machineSets, statusConfigMaps] = await Promise.all([
    all('karpenter.sh', 'NodePool'),
    all('cluster.x-k8s.io', 'MachineDeployment', 'MachineSet', 'MachinePool'),
    all('autoscaling.openshift.io', 'MachineAutoscaler'),
    all('machine.openshift.io', 'MachineSet'),
    readAll(cluster, 'v1/ConfigMap', notRead, { namespace, fields: `metadata.name=${name}` }),
  ]);
  return { nodePools, clusterApi, machineAutoscalers, machineSets: machineSets ?? [], statusConfigMaps };
}

function nameOf(resources: Resources, group: string, kind: string): KindName | undefined {
  const resource = resources.preferred(group, kind);
  return resource === undefined ? undefined : `${resource.apiVersion}/${resource.kind}`;
}

/** All objects of a kind; none when the kind is not served; noted in `notRead` when it may not be read. */
async function readAll(
  cluster: Cluster,
  kind: KindName | undefined,
  notRead: NotRead[],
  options: ListOptions = {},
): Promise<KubeObject[]> {
  if (kind === undefined) return [];
  try {
    return await cluster.list(kind, options).all();
  } catch (error) {
    if (error instanceof ApiMissingError) return [];
    if (!(error instanceof PlimsollError) || error.code === 'unreachable') throw error;
    if (!notRead.some(({ what }) => what === kind))
      notRead.push({ what: kind, why: error.message, remedy: error.remedy });
    return [];
  }
}

/** Exported for its test. */
export function gatewayClass(object: KubeObject, tables: Pick<Tables, 'gatewayControllers'>): GatewayClassFound {
  const accepted = condition(object, 'Accepted');
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const controller = text(spec['controllerName']);
  const known = tables.gatewayControllers.find((row) => fits(row.controller, controller));
  return {
    name: object.metadata.name ?? '',
    controller,
    title: known?.title ?? controller,
    serves: known?.serves ?? 'ingress',
    accepted: accepted?.status === 'True',
    message: accepted?.message ?? 'no controller has answered for it',
  };
}

function apiService(object: KubeObject): ApiServiceFound {
  const available = condition(object, 'Available');
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const { service } = spec;
  return {
    name: object.metadata.name ?? '',
    ...(isObject(service) ? { service: `${text(service['namespace'])}/${text(service['name'])}` } : {}),
    available: available?.status === 'True',
    message: available?.message ?? 'no Available condition',
  };
}

function remarksOn(
  accelerators: Inventory['accelerators'],
  pools: Inventory['dra']['pools'],
  resources: Resources,
): Remark[] {
  return [
    ...doubleAdvertised(accelerators).map(({ node, names }) => ({
      about: `Node ${node}`,
      message: `the same accelerators are advertised twice: ${names.join(' and ')}`,
      remedy: 'offer each device one way, or the scheduler will hand it out twice',
    })),
    ...accelerators
      .filter((supply) => supply.usable === 0)
      .map((supply) => ({
        about: `Node ${supply.node}`,
        message: `${supply.name} is registered with no healthy device`,
        remedy: 'look at the device plugin on that node',
      })),
    ...pools
      .filter((pool) => !pool.complete)
      .map((pool) => ({
        about: `ResourceSlices of ${pool.driver}, pool ${pool.pool}`,
        message: `${pool.slices} of ${pool.expectedSlices} slices of generation ${pool.generation} are there: nothing of it is allocated`,
        remedy: 'look at the DRA driver that publishes this pool',
      })),
    ...resources.staleGroups.map((group) => ({
      about: `API group ${group}`,
      message: 'its aggregated API server does not answer',
      remedy: 'look at the APIService of that group',
    })),
  ];
}
