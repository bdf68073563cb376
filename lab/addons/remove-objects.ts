import { PlimsollError } from '../../src/errors.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { ApiMissingError, NotFoundError } from '../../src/kube/error/api-error.ts';
import { type KubeObject, type ObjectRef, refOf } from '../../src/kube/object.ts';

const GONE_MS = 120_000;

/** Kinds in whose order things go: what answers for others first, so that nothing waits for an answer that cannot come. */
const FIRST = ['APIService', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];
const LAST = ['Namespace'];

/**
 * Removes what an add-on applied. Objects of its own kinds go first, while its controllers are there to finish them; then
 * its webhooks, the rest, and its namespaces. Resolves when all of it is gone.
 * @throws PlimsollError `addon-not-removed` naming what stays and the finalizers that hold it
 */
export async function removeObjects(
  cluster: Cluster,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  for (const crd of crds) await removeInstances(cluster, crd, signal);
  const stages = [
    objects.filter(({ kind }) => FIRST.includes(kind)),
    objects.filter(({ kind }) => !FIRST.includes(kind) && !LAST.includes(kind)),
    objects.filter(({ kind }) => LAST.includes(kind)),
  ];
  for (const stage of stages) {
    await Promise.all(stage.map((object) => remove(cluster, refOf(object))));
    await Promise.all(stage.map((object) => gone(cluster, refOf(object), signal)));
  }
}

async function removeInstances(cluster: Cluster, crd: KubeObject, signal: AbortSignal): Promise<void> {
  const found = await ignoringMissing(cluster.find(refOf(crd)));
  const spec = found?.['spec'] as
    | { group: string; names: { kind: string }; versions: { name: string; served: boolean }[] }
    | undefined;
  const version = spec?.versions.find(({ served }) => served)?.name;
  if (!spec || !version) return;
  const kind = { apiVersion: `${spec.group}/${version}`, kind: spec.names.kind };
  const instances = (await ignoringMissing(cluster.list(kind).all())) ?? [];
  await Promise.all(instances.map((object) => remove(cluster, refOf(object))));
  await Promise.all(instances.map((object) => gone(cluster, refOf(object), signal)));
}

async function remove(cluster: Cluster, ref: ObjectRef): Promise<void> {
  await ignoringMissing(cluster.remove(ref, { propagation: 'Foreground' }));
}

/** Waits, by a watch, until an object is gone. */
async function gone(cluster: Cluster, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(GONE_MS);
  let finalizers: string[] = [];
  try {
    await using watch = cluster.watch(ref, {
      ...(ref.namespace ? { namespace: ref.namespace } : {}),
      fields: `metadata.name=${ref.name}`,
      signal: AbortSignal.any([deadline, signal]),
    });
    for await (const event of watch) {
      if (event.type === 'DELETED') return;
      if (event.type === 'SYNCED' && watch.current().length === 0) return;
      if (event.type === 'MODIFIED' || event.type === 'ADDED') finalizers = event.object.metadata.finalizers ?? [];
    }
  } catch (error) {
    if (error instanceof ApiMissingError || error instanceof NotFoundError) return;
    if (!deadline.aborted && !signal.aborted) throw error;
  }
  signal.throwIfAborted();
  throw new PlimsollError(
    'addon-not-removed',
    `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name} is still there ${GONE_MS / 1000} s after its removal${finalizers.length > 0 ? `, held by its finalizers ${finalizers.join(', ')}` : ''}`,
    'What finishes it does not run any more: remove the finalizers by hand, or take the lab down.',
  );
}

async function ignoringMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiMissingError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}
