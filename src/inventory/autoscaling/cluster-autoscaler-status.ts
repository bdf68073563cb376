import { parse } from 'yaml';
import { isObject, type KubeObject } from '../../kube/object.ts';
import { STATUS_CONFIG_MAP as STATUS_NAME } from '../objects/kept.ts';
import { text } from '../text.ts';
import { nodesOfGroup } from './group-nodes.ts';
import { offersOf, type PoolGround, tolerationsOfNodes } from './offers.ts';
import type { AutoscaledPool } from './pool.ts';

/** Cluster Autoscaler writes its state there, in its own namespace (also where a provider runs it out of sight). */
export const STATUS_CONFIG_MAP = { namespace: 'kube-system', name: STATUS_NAME } as const;

export interface NodeGroup {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Nodes that the provider is asked for. */
  readonly wanted: number;
  /** Nodes of it that are in the cluster, where told. */
  readonly registered?: number;
  /** Why it does not grow at the moment (back-off after a failure, too many nodes that are not ready). */
  readonly backoff?: string | undefined;
}

/** Cluster Autoscaler adds nothing to a group of which too many nodes are not ready. */
const UNHEALTHY = 'its autoscaler says that it is unhealthy';

/** Groups of the status in either of its forms: YAML since 1.30, indented text before. */
export function nodeGroups(configMap: KubeObject): NodeGroup[] {
  const data = configMap['data'];
  const status = isObject(data) && typeof data['status'] === 'string' ? data['status'] : '';
  const old = groupsOfText(status);
  return old.length > 0 ? old : groupsOfYaml(status);
}

/** `Name: X`, and on the lines below `Health: ... cloudProviderTarget=1 (minSize=0, maxSize=3))` and `ScaleUp: Backoff (...)`. */
function groupsOfText(status: string): NodeGroup[] {
  const [, ...groups] = status.split(/^\s+Name:\s+/m);
  return groups.flatMap((written) => {
    const [name = ''] = written.split(/\s/);
    const bounds = /cloudProviderTarget=(\d+) \(minSize=(\d+), maxSize=(\d+)\)/.exec(written);
    if (name === '' || bounds === null) return [];
    const [, wanted, least, most] = bounds;
    const registered = /^\s*Health:.*\bregistered=(\d+)/m.exec(written)?.[1];
    const up = /^\s*ScaleUp:\s+(\w+)(.*)$/m.exec(written);
    const backoff = up?.[1] === 'Backoff' ? `it backs off after a failure${up[2] ?? ''}` : undefined;
    const held = backoff ?? (/^\s*Health:\s+Unhealthy/m.test(written) ? UNHEALTHY : undefined);
    return [
      {
        name,
        least: Number(least),
        most: Number(most),
        wanted: Number(wanted),
        ...(registered === undefined ? {} : { registered: Number(registered) }),
        ...(held === undefined ? {} : { backoff: held }),
      },
    ];
  });
}

function groupsOfYaml(written: string): NodeGroup[] {
  let status: unknown;
  try {
    status = parse(written, { logLevel: 'silent' });
  } catch {
    return [];
  }
  const groups = isObject(status) && Array.isArray(status['nodeGroups']) ? status['nodeGroups'].filter(isObject) : [];
  return groups.map((group) => {
    const health = part(group, 'health');
    const up = part(group, 'scaleUp');
    const info = part(up, 'backoffInfo');
    const said = [info['errorCode'], info['errorMessage']].filter((word) => typeof word === 'string').join(': ');
    const held = up['status'] === 'Backoff' ? said || 'it backs off after a failure' : undefined;
    const unhealthy = health['status'] === 'Unhealthy' ? UNHEALTHY : undefined;
    const registered = part(part(health, 'nodeCounts'), 'registered')['total'];
    return {
      name: text(group['name']),
      least: Number(health['minSize'] ?? 0),
      most: Number(health['maxSize'] ?? 0),
      wanted: Number(health['cloudProviderTarget'] ?? 0),
      ...(typeof registered === 'number' ? { registered } : {}),
      ...(held === undefined && unhealthy === undefined ? {} : { backoff: held ?? unhealthy }),
    };
  });
}

function part(of: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = of[name];
  return isObject(value) ? value : {};
}

/** The groups as pools, with the nodes that are known to be theirs. */
export function clusterAutoscalerPools(configMap: KubeObject, ground: PoolGround): AutoscaledPool[] {
  return nodeGroups(configMap).map((group) => {
    const { label, nodes } = nodesOfGroup(group, ground.nodes);
    const names = nodes.map((node) => node.name);
    const full = whyFull(group);
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

/** Why the group cannot have one more node now. */
export function whyFull({ least, most, wanted, backoff }: NodeGroup): string | undefined {
  if (wanted < most) return backoff;
  return least === most ? `it is fixed at ${most} nodes (min = max)` : `it has ${wanted} of at most ${most} nodes`;
}
