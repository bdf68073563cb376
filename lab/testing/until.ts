import type { Cluster } from '../../src/kube/cluster.ts';
import type { KindLike, KubeObject } from '../../src/kube/object.ts';

export interface Wanted {
  readonly kind: KindLike;
  readonly name: string;
  /** Left out for kinds without one. */
  readonly namespace?: string;
}

/**
 * Watches one object until `holds` says yes, and gives it.
 * @throws Error with the last status that was seen, after `withinMs`
 */
export async function until(
  cluster: Cluster,
  wanted: Wanted,
  holds: (object: KubeObject) => boolean,
  withinMs = 60_000,
): Promise<KubeObject> {
  const { kind, name, namespace } = wanted;
  let last: unknown = 'no such object';
  const signal = AbortSignal.timeout(withinMs);
  const options = { fields: `metadata.name=${name}`, signal, ...(namespace === undefined ? {} : { namespace }) };
  try {
    for await (const event of cluster.watch(kind, options)) {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
      if (holds(event.object)) return event.object;
      last = event.object['status'];
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`${name}: not seen within ${withinMs / 1000} s; its last status was ${JSON.stringify(last)}`);
}

/** Phase of a pod. */
export function phase(pod: KubeObject): string {
  return (pod['status'] as { phase?: string } | undefined)?.phase ?? '';
}

/** Runs a pod to its end and gives its log. @throws Error when it fails */
export async function outputOf(cluster: Cluster, pod: KubeObject): Promise<string> {
  await cluster.create(pod);
  const { name = '', namespace = '' } = pod.metadata;
  try {
    const ended = await until(cluster, { kind: 'v1/Pod', name, namespace }, (one) =>
      ['Succeeded', 'Failed'].includes(phase(one)),
    );
    const log = await cluster.logs({ namespace, name });
    if (phase(ended) === 'Failed') throw new Error(`the pod ${name} failed; it said: ${log}`);
    return log;
  } finally {
    // A second try of the test makes it anew.
    await cluster.remove({ apiVersion: 'v1', kind: 'Pod', name, namespace }, { gracePeriodSeconds: 0 });
  }
}
