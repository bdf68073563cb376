import { parse } from 'yaml';
import { isObject, type KubeObject } from '../../kube/object.ts';
import { text } from '../text.ts';
import { offersOf, type PoolGround, tolerationsOfNodes } from './offers.ts';
import type { AutoscaledPool } from './pool.ts';

/** Cluster Autoscaler writes its state there (also where a provider runs it out of sight). */
export const STATUS_CONFIG_MAP = { namespace: 'kube-system', name: 'cluster-autoscaler-status' } as const;

/**
 * Labels by which providers tell the pools of nodes apart. A node group's name has the value in it
 * (`gke-cluster-POOL-1a2b-grp`, `eks-POOL-...`, `aks-POOL-1234-vmss`).
 */
const POOL_LABELS = [
  'eks.amazonaws.com/nodegroup',
  'alpha.eksctl.io/nodegroup-name',
  'cloud.google.com/gke-nodepool',
  'kubernetes.azure.com/agentpool',
  'agentpool',
  'kops.k8s.io/instancegroup',
  'worker.gardener.cloud/pool',
  'worker.garden.sapcloud.io/group',
  'doks.digitalocean.com/node-pool',
  'node-pool.lke.linode.com/pool-id',
  'k8s.scaleway.com/pool-name',
  'nodepool',
  'alibabacloud.com/nodepool-id',
] as const;

export interface NodeGroup {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Nodes that the provider is asked for. */
  readonly wanted: number;
  /** Why it does not grow at the moment (back-off after a failure). */
  readonly backoff?: string;
}

/** Groups of the status in either of its forms: YAML since 1.30, indented text before. */
export function nodeGroups(configMap: KubeObject): NodeGroup[] {
  const data = configMap['data'];
  const status = isObject(data) && typeof data['status'] === 'string' ? data['status'] : '';
  const old = [...status.matchAll(OLD_GROUP)].map(([, name = '', wanted, least, most]) => ({
    name,
    least: Number(least),
    most: Number(most),
    wanted: Number(wanted),
  }));
  return old.length > 0 ? old : groupsOfYaml(status);
}

/** `Name: X` and, some lines on, `... cloudProviderTarget=1 (minSize=0, maxSize=3))`. */
const OLD_GROUP = /^\s+Name:\s+(\S+)\s*\n\s+Health:.*cloudProviderTarget=(\d+) \(minSize=(\d+), maxSize=(\d+)\)/gm;

function groupsOfYaml(written: string): NodeGroup[] {
  let status: unknown;
  try {
    status = parse(written);
  } catch {
    return [];
  }
  const groups = isObject(status) && Array.isArray(status['nodeGroups']) ? status['nodeGroups'].filter(isObject) : [];
  return groups.map((group) => {
    const health = isObject(group['health']) ? group['health'] : {};
    const up = isObject(group['scaleUp']) ? group['scaleUp'] : {};
    const info = isObject(up['backoffInfo']) ? up['backoffInfo'] : {};
    const said = [info['errorCode'], info['errorMessage']].filter((word) => typeof word === 'string').join(': ');
    return {
      name: text(group['name']),
      least: Number(health['minSize'] ?? 0),
      most: Number(health['maxSize'] ?? 0),
      wanted: Number(health['cloudProviderTarget'] ?? 0),
      ...(up['status'] === 'Backoff' ? { backoff: said || 'it backs off after a failure' } : {}),
    };
  });
}

/** The groups as pools, with the nodes of the provider's pool that the group's name names. */
export function clusterAutoscalerPools(configMap: KubeObject, ground: PoolGround): AutoscaledPool[] {
  return nodeGroups(configMap).map((group) => {
    const label = labelOf(group.name, ground);
    const nodes = label === undefined ? [] : ground.nodes.filter((node) => node.labels[label.key] === label.value);
    const names = nodes.map((node) => node.name);
    const full = group.wanted >= group.most ? fullBecause(group) : group.backoff;
    return {
      by: 'cluster-autoscaler',
      title: `Cluster Autoscaler group ${group.name}`,
      name: group.name,
      ...(label === undefined ? {} : { label }),
      nodes: names,
      least: group.least,
      most: group.most,
      ...(full === undefined ? {} : { full }),
      tolerations: tolerationsOfNodes(nodes),
      offers: offersOf(ground, names, []),
    };
  });
}

function fullBecause({ least, most, wanted }: NodeGroup): string {
  return least === most ? `it is fixed at ${most} nodes (min = max)` : `it has ${wanted} of at most ${most} nodes`;
}

/** The longest value that stands in the group's name between separators. */
function labelOf(group: string, { nodes }: PoolGround): { key: string; value: string } | undefined {
  const separated = `-${group.replaceAll(/[/_.:]/g, '-')}-`;
  return POOL_LABELS.flatMap((key) =>
    [...new Set(nodes.flatMap((node) => node.labels[key] ?? []))].map((value) => ({ key, value })),
  )
    .filter(({ value }) => value !== '' && separated.includes(`-${value.replaceAll(/[/_.:]/g, '-')}-`))
    .toSorted((a, b) => b.value.length - a.value.length)[0];
}
