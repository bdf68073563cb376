import { PlimsollError } from '../../src/errors.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { ApiMissingError, NotFoundError } from '../../src/kube/error/api-error.ts';
import { type KubeObject, type ObjectRef, refOf } from '../../src/kube/object.ts';

const GONE_MS = 120_000;

/**
 * Its own kinds go first, with all of their objects, while the add-on's controllers are there to finish these, and once a
 * kind is going no controller can make a new one. Then what answers requests for others, so that nothing waits for an answer
 * that cannot come; namespaces last.
 */
const ORDER: readonly (readonly string[])[] = [
  ['CustomResourceDefinition'],
  ['APIService', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
  [],
  ['Namespace'],
];

/**
 * Removes what an add-on applied, and every object of its own kinds. Resolves when all of it is gone.
 * @throws PlimsollError `addon-not-removed` naming what stays and the finalizers that hold it
 */
export async function removeObjects(
  cluster: Cluster,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  const named = ORDER.flat();
  for (const kinds of ORDER) {
    const stage = objects.filter(({ kind }) => (kinds.length > 0 ? kinds.includes(kind) : !named.includes(kind)));
    await Promise.all(stage.map((object) => remove(cluster, refOf(object))));
    await Promise.all(stage.map((object) => gone(cluster, refOf(object), signal)));
  }
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
