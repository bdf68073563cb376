import { EXIT, PlimsollError } from '../../src/errors.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { conditionMissing } from './readiness.ts';

const CRD = 'apiextensions.k8s.io/v1/CustomResourceDefinition';

/**
 * Waits until the API server serves all of these kinds; one watch for all of them (and shared by those who wait alike).
 * @throws PlimsollError `addon-not-ready` naming the kinds that are missing and why
 */
export async function crdsEstablished(
  cluster: Cluster,
  crds: readonly KubeObject[],
  who: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map(crds.map(({ metadata }) => [metadata.name ?? '', 'not seen yet']));
  const deadline = AbortSignal.timeout(withinMs);
  await using watch = cluster.watch(CRD, { signal: AbortSignal.any([deadline, signal]) });
  try {
    for await (const event of watch) {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
      const name = event.object.metadata.name ?? '';
      const lacking = conditionMissing(event.object, 'Established');
      if (lacking === undefined) missing.delete(name);
      else if (missing.has(name)) missing.set(name, lacking);
      if (missing.size === 0) return;
    }
  } catch (error) {
    if (!deadline.aborted && !signal.aborted) throw error;
  }
  signal.throwIfAborted();
  throw new PlimsollError(
    'addon-not-ready',
    `${who}: the API server did not serve all of its kinds within ${withinMs / 1000} s: ${[...missing].map(([name, why]) => `${name} (${why})`).join(', ')}`,
    'Look at them: `kubectl describe crd` with the kubeconfig of `plimsoll lab kubeconfig`, and `plimsoll lab logs apiserver`.',
    { exitCode: EXIT.unreachable },
  );
}
