import type { Cluster } from '../kube/cluster.ts';
import { isObject, type KubeObject } from '../kube/object.ts';
import type { Resources } from '../kube/resources.ts';
import { draExtendedResources, draSupplies, pluginSupplies } from './accelerators.ts';
import { withAutoscalersBySigns } from './autoscaling/by-signs.ts';
import { type AutoscalerObjects, findAutoscaling } from './autoscaling/find-autoscaling.ts';
import { condition } from './conditions.ts';
import { requestedByNode } from './free-capacity.ts';
import type { ApiServiceFound, GatewayClassFound, Inventory, NodeInventory, RuntimeClass } from './inventory.ts';
import { COLLECTOR_KINDS, findCollectors, findStores, isStore, type MonitoringObjects } from './monitoring.ts';
import { MONITORING } from './monitoring-tables.ts';
import { isOfLab, nodeFacts } from './node-facts.ts';
import { type ClusterObjects, ofKind } from './objects/cluster-objects.ts';
import { readCluster } from './objects/read-cluster.ts';
import { servedResources } from './objects/served.ts';
import { findOperators } from './operators.ts';
import { remarksOn } from './remarks.ts';
import { readPools } from './resource-slices.ts';
import { isSimulated, measuredOn, sorted } from './silicon.ts';
import { controllerOf, findSolutions, othersByName, partialSolutions } from './solutions.ts';
import { fits, type Tables } from './tables.ts';
import { text } from './text.ts';

const METRICS_APIS = /\.(custom\.metrics|external\.metrics|metrics)\.k8s\.io$/;

/** Reads what the cluster offers. Nothing is written. A kind that may not be read ends up in `notRead`. */
export async function takeInventory(cluster: Cluster, tables: Tables): Promise<Inventory> {
  return inventoryOf(await readCluster(cluster), tables);
}

/** The same with the objects that it rests on, which are kept with a run. */
export async function takeInventoryWithObjects(
  cluster: Cluster,
  tables: Tables,
): Promise<{ inventory: Inventory; objects: ClusterObjects }> {
  const objects = await readCluster(cluster);
  return { inventory: inventoryOf(objects, tables), objects };
}

/** What objects say that a cluster offers, whoever told them: an API server, files, or the evidence of a run. Looks at nothing else. */
export function inventoryOf(found: ClusterObjects, tables: Tables): Inventory {
  const resources = servedResources(found.served, found.staleGroups);
  const all = (group: string, ...kinds: string[]): KubeObject[] => ofKind(found, group, ...kinds);
  const dra = (kind: string): KubeObject[] => all('resource.k8s.io', kind);
  const classes = dra('DeviceClass');
  const pods = all('', 'Pod');
  const requested = requestedByNode(pods);
  const facts: NodeInventory[] = all('', 'Node')
    .map(nodeFacts)
    .map((node) => {
      const taken = requested.get(node.name) ?? {};
      const free = Object.entries(node.allocatable).map(
        ([name, amount]) => [name, Math.max(0, amount - (taken[name] ?? 0))] as const,
      );
      return { ...node, free: Object.fromEntries(free) };
    });
  const pools = readPools(dra('ResourceSlice'), facts);
  const plugins = pluginSupplies(facts, requested, tables);
  const byDra = draSupplies(
    { pools, claims: dra('ResourceClaim'), classes, taintRules: dra('DeviceTaintRule') },
    facts,
    tables,
  );
  const { accelerators, otherOffers } = sorted([...plugins.supplies, ...byDra.supplies], byDra.others);
  const workloads = all('apps', 'Deployment', 'StatefulSet');
  const scalers = autoscalerObjects(found, resources);
  const signs = { nodes: facts, pods };
  const solutions = withAutoscalersBySigns(findSolutions(resources, workloads, tables), scalers, signs, tables);
  const partial = partialSolutions(resources, workloads, tables);
  const ground = { nodes: facts, supplies: accelerators, deviceClasses: classes, tables };
  const autoscaling = findAutoscaling(scalers, solutions, ground);
  const offers = autoscaling.pools.flatMap((pool) => pool.offers);
  const vendors = new Set([...accelerators, ...offers].map((one) => one.vendor));
  const services = all('', 'Service');
  const monitored: MonitoringObjects = {
    instances: found.objects.filter((object) => COLLECTOR_KINDS.includes(kindOf(object))),
    services: MONITORING.stores.map((row) => ({ row, objects: services.filter((object) => isStore(row, object)) })),
  };
  const apiServices = all('apiregistration.k8s.io', 'APIService');
  const metricsApis = apiServices.filter((object) => METRICS_APIS.test(object.metadata.name ?? '')).map(apiService);
  const about = { nodes: facts, accelerators, otherOffers };
  return {
    server: found.source,
    kubernetes: found.kubernetes.gitVersion === '' ? kubeletVersion(facts) : found.kubernetes,
    nodes: facts,
    accelerators,
    otherOffers,
    measured: measuredOn(about),
    unknownResources: plugins.unknown,
    dra: {
      versions: resources.versions('resource.k8s.io', 'ResourceClaim').map((resource) => resource.version),
      pools,
      deviceClasses: classes.map((object) => object.metadata.name ?? ''),
      extendedResources: Object.fromEntries(draExtendedResources(classes)),
    },
    solutions,
    partial,
    others: othersByName(resources, workloads, [...solutions, ...partial]),
    autoscaling,
    operators: findOperators(resources, workloads.map(controllerOf), tables.operators),
    gatewayClasses: all('gateway.networking.k8s.io', 'GatewayClass').map((object) => gatewayClass(object, tables)),
    monitoring: findCollectors(resources, monitored),
    stores: findStores(monitored),
    metricsApis,
    runtimeClasses: all('node.k8s.io', 'RuntimeClass').map(runtimeClass),
    acceleratorMetrics: tables.acceleratorMetrics,
    acceleratorLoads: tables.acceleratorLoads.filter((row) => accelerators.some(({ vendor }) => vendor === row.vendor)),
    vendors: tables.vendors.filter(({ vendor }) => vendors.has(vendor)),
    remarks: remarksOn({ ...about, pools, metricsApis, staleGroups: found.staleGroups, problems: found.problems }),
    notRead: found.notRead,
    simulated: all('', 'Node').some(isOfLab) || isSimulated(about, autoscaling.pools),
  };
}

/** Where autoscalers show themselves (src/inventory/autoscaling). */
function autoscalerObjects(found: ClusterObjects, resources: Resources): AutoscalerObjects {
  const all = (group: string, ...kinds: string[]): KubeObject[] | undefined =>
    kinds.some((kind) => resources.preferred(group, kind) !== undefined) ? ofKind(found, group, ...kinds) : undefined;
  return {
    nodePools: all('karpenter.sh', 'NodePool'),
    clusterApi: all('cluster.x-k8s.io', 'MachineDeployment', 'MachineSet', 'MachinePool'),
    clusterAutoscalers: all('autoscaling.openshift.io', 'ClusterAutoscaler'),
    machineAutoscalers: all('autoscaling.openshift.io', 'MachineAutoscaler'),
    machineSets: all('machine.openshift.io', 'MachineSet') ?? [],
    statusConfigMaps: ofKind(found, '', 'ConfigMap'),
  };
}

/** Of objects without a word of their API server, the newest kubelet tells how old it is at least. */
function kubeletVersion(nodes: readonly NodeInventory[]): Inventory['kubernetes'] {
  const versions = nodes.flatMap(({ kubelet }) => {
    const [, major, minor] = /^v(\d+)\.(\d+)/.exec(kubelet) ?? [];
    return minor === undefined ? [] : [{ gitVersion: kubelet, major: Number(major), minor: Number(minor) }];
  });
  const [newest] = versions.toSorted((a, b) => b.minor - a.minor);
  return newest ?? { gitVersion: '', major: 0, minor: 0 };
}

function kindOf({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion.split('/')[0] ?? ''}/${kind}`;
}

/** Exported for its test. */
export function gatewayClass(object: KubeObject, tables: Pick<Tables, 'gatewayControllers'>): GatewayClassFound {
  const accepted = condition(object, 'Accepted');
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const controller = text(spec['controllerName']);
  const name = object.metadata.name ?? '';
  const known = tables.gatewayControllers.find(
    (row) => fits(row.controller, controller) && (row.class === undefined || fits(row.class, name)),
  );
  return {
    name,
    controller,
    title: known?.title ?? controller,
    serves: known?.serves ?? 'ingress',
    known: known !== undefined,
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

function runtimeClass(object: KubeObject): RuntimeClass {
  const name = object.metadata.name ?? '';
  const handler = text(object['handler']);
  const nodeSelector = isObject(object['scheduling']) ? object['scheduling']['nodeSelector'] : undefined;
  if (!isObject(nodeSelector)) return { name, handler };
  return {
    name,
    handler,
    nodeSelector: Object.fromEntries(Object.entries(nodeSelector).map(([key, value]) => [key, text(value)])),
  };
}
