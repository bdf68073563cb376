import { isObject, type KubeObject } from '../../kube/object.ts';
import { condition } from '../conditions.ts';
import { acceleratorOfInstance } from '../instance-types.ts';
import { amounts } from '../node-facts.ts';
import { text } from '../text.ts';
import { offerNamed, offersOf, type PoolGround, taintsOf, tolerationsOf } from './offers.ts';
import type { AutoscaledPool, PoolOffer } from './pool.ts';

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
    const labels = field(field(template, 'metadata'), 'labels');
    const requirements = listOf(inner['requirements']);
    const words = [
      ...Object.keys(limits),
      ...taints.map(({ key }) => key),
      ...Object.keys(labels),
      ...requirements.filter((one) => one['operator'] !== 'DoesNotExist').map((one) => text(one['key'])),
    ];
    const asLabels = Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
    const meant = [...requirements, ...asLabels].flatMap((one) => meantBy(one, ground));
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
        offers: forbidden(requirements) ? offersOf(ground, nodes, []) : offersOf(ground, nodes, words, meant),
      },
    ];
  });
}

/** What a requirement says of accelerators by its key, whichever cloud's domain that is in. */
const MAKERS: Readonly<Record<string, string>> = {
  nvidia: 'nvidia.com/gpu',
  amd: 'amd.com/gpu',
  habana: 'habana.ai/gaudi',
  intel: 'habana.ai/gaudi',
  aws: 'aws.amazon.com/neuron',
  google: 'google.com/tpu',
};
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/inferentia|trainium/i, 'aws.amazon.com/neuron'],
  [/gaudi/i, 'habana.ai/gaudi'],
  [/(^|[^a-z])(mi\d{2,3}|radeon|v520|v620|v710)/i, 'amd.com/gpu'],
  [/tpu/i, 'google.com/tpu'],
];
const CATEGORIES: Readonly<Record<string, string>> = {
  g: 'nvidia.com/gpu',
  p: 'nvidia.com/gpu',
  gpu: 'nvidia.com/gpu',
  inf: 'aws.amazon.com/neuron',
  trn: 'aws.amazon.com/neuron',
  dl: 'habana.ai/gaudi',
};

/** The resources that the nodes of a pool with this requirement have; of several values, of each that has any. */
function meantBy(requirement: Record<string, unknown>, ground: PoolGround): PoolOffer[] {
  const key = text(requirement['key']);
  const values = Array.isArray(requirement['values']) ? requirement['values'].map(text) : [];
  const known = `its requirement ${key} ${text(requirement['operator'])} ${values.slice(0, 3).join(', ')}`.trim();
  return resourcesOf(key, text(requirement['operator']), values)
    .flatMap((resource) => offerNamed(ground, resource))
    .map((offer) => ({ ...offer, known }));
}

function resourcesOf(key: string, operator: string, values: readonly string[]): string[] {
  const what = key.slice(key.indexOf('/') + 1);
  if (/^(instance|sku)-(gpu|accelerator)-(count|memory|memory-mib|cores)$/.test(what)) {
    const isAny =
      operator === 'Exists' ||
      (operator === 'Gt' && values[0] !== undefined) ||
      (operator === 'In' && values.some((one) => Number(one) > 0)) ||
      operator === 'Gte';
    return isAny && what.includes('gpu') ? ['nvidia.com/gpu'] : [];
  }
  if (operator === 'Exists') return /^(instance|sku)-gpu-/.test(what) ? ['nvidia.com/gpu'] : [];
  if (operator !== 'In') return [];
  if (/^(instance|sku)-(gpu|accelerator)-manufacturer$/.test(what))
    return values.flatMap((one) => MAKERS[one.toLowerCase()] ?? []);
  if (/^(instance|sku)-(gpu|accelerator)-name$/.test(what) || key === 'nvidia.com/gpu.product')
    return values.map(byName);
  if (/^gke-tpu-accelerator$/.test(what)) return ['google.com/tpu'];
  if (/^gke-accelerator$/.test(what) || /^(gpu-type|accelerator)$/.test(what))
    return values.filter((one) => one !== '').map(byName);
  if (/^instance-(category|cpu-category)$/.test(what))
    return values.flatMap((one) => CATEGORIES[one.toLowerCase()] ?? []);
  if (
    /^(instance-(type|family|shape|shape-name)|sku-(name|family)|shape|machine-(family|type)|instance-type-family|vm-size)$/.test(
      what,
    )
  )
    return values.flatMap((one) => acceleratorOfInstance(/family/.test(what) && /^n$/i.test(one) ? 'NC' : one) ?? []);
  return [];
}

function byName(name: string): string {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? 'nvidia.com/gpu';
}

/** No machine with an accelerator may be chosen. */
function forbidden(requirements: readonly Record<string, unknown>[]): boolean {
  return requirements.some((one) => {
    const key = text(one['key']);
    const values = Array.isArray(one['values']) ? one['values'].map(text) : [];
    const none =
      one['operator'] === 'DoesNotExist' ||
      (one['operator'] === 'In' && values.every((value) => value === '0')) ||
      (one['operator'] === 'Lt' && Number(values[0]) <= 1);
    return (
      /\/(instance|sku)-gpu-count$/.test(key) &&
      none &&
      !requirements.some((other) => /-accelerator-/.test(text(other['key'])) && other['operator'] !== 'DoesNotExist')
    );
  });
}

/** A limit that is used up, or a pool that is not ready. */
function whyFull(object: KubeObject, limits: Readonly<Record<string, number>>, nodes: number): string | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return 'it is being deleted';
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
