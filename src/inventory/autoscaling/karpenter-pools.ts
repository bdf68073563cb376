import { isObject, type KubeObject } from '../../kube/object.ts';
import { condition } from '../conditions.ts';
import { amounts } from '../node-facts.ts';
import { text } from '../text.ts';
import { offersOf, type PoolGround, taintsOf, tolerationsOf } from './offers.ts';
import type { AutoscaledPool } from './pool.ts';

export const NODE_POOL_LABEL = 'karpenter.sh/nodepool';

/** NodePools of Karpenter (karpenter.sh/v1), whoever's cloud it runs on. Those with a fixed size (`replicas`) are none. */
export function karpenterPools(nodePools: readonly KubeObject[], ground: PoolGround): AutoscaledPool[] {
  return nodePools.flatMap((object) => {
    const spec = field(object, 'spec');
    if (spec['replicas'] !== undefined) return [];
    const name = object.metadata.name ?? '';
    const template = field(spec, 'template');
    const inner = field(template, 'spec');
    const taints = taintsOf(inner['taints']);
    const limits = amounts(spec['limits']);
    const nodes = ground.nodes.filter((node) => node.labels[NODE_POOL_LABEL] === name).map((node) => node.name);
    const words = [
      ...Object.keys(limits),
      ...taints.map(({ key }) => key),
      ...Object.keys(field(field(template, 'metadata'), 'labels')),
      ...listOf(inner['requirements']).map((one) => text(one['key'])),
    ];
    const full = whyFull(object, limits, nodes.length);
    return [
      {
        by: 'karpenter',
        title: `Karpenter NodePool ${name}`,
        name,
        label: { key: NODE_POOL_LABEL, value: name },
        nodes,
        least: 0,
        ...(limits['nodes'] === undefined ? {} : { most: limits['nodes'] }),
        ...(full === undefined ? {} : { full }),
        tolerations: tolerationsOf([...taints, ...taintsOf(inner['startupTaints'])]),
        offers: offersOf(ground, nodes, words),
      },
    ];
  });
}

/** A limit that is used up, or a pool that is not ready. */
function whyFull(object: KubeObject, limits: Readonly<Record<string, number>>, nodes: number): string | undefined {
  const used: Record<string, number> = { nodes, ...amounts(field(object, 'status')['resources']) };
  const reached = Object.entries(limits).find(([name, limit]) => (used[name] ?? 0) >= limit);
  if (reached !== undefined) return `its limit of ${reached[1]} ${reached[0]} is reached`;
  const ready = condition(object, 'Ready');
  return ready?.status === 'False' ? `it is not ready: ${ready.message}` : undefined;
}

function field(from: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = from[name];
  return isObject(value) ? value : {};
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
