import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import { ApiMissingError, ConflictError, NotFoundError } from '../../kube/error/api-error.ts';
import { kindName, type ObjectRef } from '../../kube/object.ts';
import { RUN_LABEL } from '../labels.ts';
import type { PendingObject } from '../ledger/replay.ts';
import type { CleanupTask } from './cleanup-task.ts';
import { inParallel } from './in-parallel.ts';
import { abandoned } from './leftover-of.ts';

const AT_ONCE = 8;
/** An API server that does not answer for so long will not be waited for: the object is named as left over. */
const ASK_MS = 15_000;
/** Pods of a case have nothing to finish: no grace for a shell that ignores SIGTERM. */
const POD_GRACE_SECONDS = 1;

/** An object on its way out. `ref` is as the ledger has it (which may not know the uid), `now` as the cluster has it. */
export interface Deleting extends PendingObject {
  readonly now: ObjectRef;
}

/**
 * Asks for the deletion of each object, with its uid as precondition. An object whose uid the ledger never learnt is only deleted if
 * it carries the run's label. `purge`: namespaces whose pods are ended at once, so that nothing waits for their grace period.
 */
export async function deleteObjects(
  task: CleanupTask,
  objects: readonly PendingObject[],
  purge: readonly PendingObject[],
): Promise<{ refused: Leftover[]; deleting: Deleting[] }> {
  const refused: Leftover[] = [];
  const deleting: Deleting[] = [];
  await inParallel(objects, AT_ONCE, async (one) => {
    if (task.abandon?.aborted) {
      refused.push(abandoned(one));
      return;
    }
    try {
      const ref = await deleteOne(task, one.ref);
      if (ref === undefined) task.done({ op: 'gone', ref: one.ref });
      else deleting.push({ ...one, now: ref });
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      const why = `it could not be deleted: ${error.message}`;
      refused.push({ ref: one.ref, case: one.case, why, finalizers: [], remedy: error.remedy });
    }
  });
  if (!task.abandon?.aborted) await inParallel(purge, AT_ONCE, (one) => endPods(task, one.ref));
  return { refused, deleting };
}

/** The reference with its uid when the object is on its way out, undefined when it is not there (any more). */
async function deleteOne({ cluster, run }: CleanupTask, ref: ObjectRef): Promise<ObjectRef | undefined> {
  try {
    const known = ref.uid === undefined ? await byLabel(cluster, ref, run) : ref;
    if (known?.uid === undefined) return undefined;
    const grace = kindName(ref) === 'v1/Pod' ? { gracePeriodSeconds: POD_GRACE_SECONDS } : {};
    await cluster.remove(known, { uid: known.uid, propagation: 'Background', timeoutMs: ASK_MS, ...grace });
    return known;
  } catch (error) {
    // No such object or kind any more; or the name belongs to an object that is not ours.
    if (error instanceof NotFoundError || error instanceof ApiMissingError || isOther(error)) return undefined;
    throw error;
  }
}

async function byLabel(cluster: CleanupTask['cluster'], ref: ObjectRef, run: string): Promise<ObjectRef | undefined> {
  const found = await cluster.find(ref, { timeoutMs: ASK_MS });
  if (found?.metadata.labels?.[RUN_LABEL] !== run) return undefined;
  return { ...ref, ...(found.metadata.uid === undefined ? {} : { uid: found.metadata.uid }) };
}

/** The precondition on the uid did not hold. A namespace that is terminating already answers 409 too, with other words. */
function isOther(error: unknown): boolean {
  return error instanceof ConflictError && /UID in (?:the )?precondition/i.test(error.said ?? '');
}

async function endPods({ cluster, run }: CleanupTask, namespace: ObjectRef): Promise<void> {
  try {
    const now = await cluster.find(namespace, { timeoutMs: ASK_MS });
    if (now?.metadata.uid === undefined || now.metadata.labels?.[RUN_LABEL] !== run) return;
    await cluster.removeAll('v1/Pod', {
      namespace: namespace.name,
      gracePeriodSeconds: POD_GRACE_SECONDS,
      timeoutMs: ASK_MS,
    });
  } catch (error) {
    // Only a matter of speed: the namespace's own deletion ends them too, after their grace period.
    if (!(error instanceof PlimsollError)) throw error;
  }
}
