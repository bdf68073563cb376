import { EXIT, PlimsollError } from '../../src/errors.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { Readiness } from './addon.ts';
import { podTroubles } from './pod-troubles.ts';

/**
 * Waits until one object is ready, by a watch of it.
 * @throws PlimsollError `addon-not-ready` with what the object last lacked and what its namespace's pods wait for
 */
export async function waitReady(
  cluster: Cluster,
  readiness: Readiness,
  who: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { ref } = readiness;
  let last = 'it is not there';
  const deadline = AbortSignal.timeout(withinMs);
  await using watch = cluster.watch(ref, {
    ...(ref.namespace ? { namespace: ref.namespace } : {}),
    fields: `metadata.name=${ref.name}`,
    signal: AbortSignal.any([deadline, signal]),
  });
  try {
    for await (const event of watch) {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
      const missing = readiness.missing(event.object as KubeObject);
      if (missing === undefined) return;
      last = missing;
    }
  } catch (error) {
    if (!deadline.aborted && !signal.aborted) throw error;
  }
  signal.throwIfAborted();
  const podsIn = readiness.podsIn ?? ref.namespace;
  const pods = podsIn ? await podTroubles(cluster, podsIn) : [];
  throw new PlimsollError(
    'addon-not-ready',
    `${who}: ${ref.kind} ${ref.name} was not ready within ${withinMs / 1000} s: ${last}${pods.map((line) => `\n  ${line}`).join('')}`,
    `Look at it: \`kubectl describe ${ref.kind.toLowerCase()} ${ref.name}${ref.namespace ? ` -n ${ref.namespace}` : ''}\` with the kubeconfig of \`plimsoll lab kubeconfig\`.`,
    { exitCode: EXIT.unreachable },
  );
}
