import { isObject, type KubeObject } from '../kube/object.ts';
import { amounts } from './node-facts.ts';

type Amounts = Record<string, number>;

/**
 * What a pod takes from its node, as the scheduler counts it: the containers and the sidecars (restartable init containers)
 * together, or the largest init container with the sidecars started before it, whichever is more; pod-level resources in place
 * of the sum where given; and the RuntimeClass's overhead. (k8s.io/component-helpers resource.PodRequests)
 */
export function podRequests(pod: KubeObject): Amounts {
  const spec = isObject(pod['spec']) ? pod['spec'] : {};
  const running: Amounts = {};
  const peak: Amounts = {};
  for (const container of listOf(spec['containers'])) add(running, requestsOf(container));
  const sidecars: Amounts = {};
  for (const container of listOf(spec['initContainers'])) {
    const own = requestsOf(container);
    if (container['restartPolicy'] === 'Always') {
      add(sidecars, own);
      raise(peak, sidecars);
    } else {
      const together = { ...sidecars };
      add(together, own);
      raise(peak, together);
    }
  }
  add(running, sidecars);
  raise(running, peak);
  const podLevel = requestsOf(spec);
  Object.assign(running, podLevel);
  add(running, amounts(spec['overhead']));
  return running;
}

/** Sum of the requests of all pods that hold a place on each node, by node name. Finished pods hold none. */
export function requestedByNode(pods: Iterable<KubeObject>): Map<string, Amounts> {
  const byNode = new Map<string, Amounts>();
  for (const pod of pods) {
    const spec = isObject(pod['spec']) ? pod['spec'] : {};
    const phase = isObject(pod['status']) ? pod['status']['phase'] : undefined;
    const node = spec['nodeName'];
    if (typeof node !== 'string' || phase === 'Succeeded' || phase === 'Failed') continue;
    const sum = byNode.get(node) ?? {};
    add(sum, podRequests(pod));
    add(sum, { pods: 1 });
    byNode.set(node, sum);
  }
  return byNode;
}

function requestsOf(holder: Record<string, unknown>): Amounts {
  const resources = isObject(holder['resources']) ? holder['resources'] : {};
  // A limit without a request is the request too (the API server's defaulting; always so for extended resources).
  return { ...amounts(resources['limits']), ...amounts(resources['requests']) };
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function add(to: Amounts, more: Readonly<Amounts>): void {
  for (const [name, amount] of Object.entries(more)) to[name] = (to[name] ?? 0) + amount;
}

function raise(to: Amounts, least: Readonly<Amounts>): void {
  for (const [name, amount] of Object.entries(least)) to[name] = Math.max(to[name] ?? 0, amount);
}
