import { setTimeout as delay } from 'node:timers/promises';
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
      if (missing.size === 0) return await inDiscovery(cluster, crds, who, deadline, signal);
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

/**
 * Established comes before discovery tells of a kind, by up to a second on a busy machine, and who applies an object finds
 * its path by discovery. Nothing announces that it has caught up, so it is asked again.
 */
async function inDiscovery(
  cluster: Cluster,
  crds: readonly KubeObject[],
  who: string,
  deadline: AbortSignal,
  signal: AbortSignal,
): Promise<void> {
  const kinds = crds.flatMap(servedKinds);
  let missing = kinds;
  while (!deadline.aborted) {
    const resources = await cluster.resources({ refresh: true });
    missing = kinds.filter((kind) => !resources.find(kind));
    if (missing.length === 0) return;
    await delay(100, undefined, { signal });
  }
  throw new PlimsollError(
    'addon-not-ready',
    `${who}: the API server's discovery does not tell of ${missing.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).join(', ')}`,
    'Look at `plimsoll lab logs apiserver`.',
    { exitCode: EXIT.unreachable },
  );
}

/** The kinds, by version, that a CRD has the API server serve. Exported for its test. */
export function servedKinds(crd: KubeObject): { apiVersion: string; kind: string }[] {
  const { group, names, versions } = crd['spec'] as {
    group: string;
    names: { kind: string };
    versions: { name: string; served: boolean }[];
  };
  return versions
    .filter(({ served }) => served)
    .map(({ name }) => ({ apiVersion: `${group}/${name}`, kind: names.kind }));
}
