import type { Leftover } from '../../evidence/index.ts';
import { kindName } from '../../kube/object.ts';
import type { PendingObject } from '../ledger/replay.ts';
import { awaitGone } from './await-gone.ts';
import { awaitNoPods } from './await-no-pods.ts';
import type { CleanupOutcome, CleanupTask } from './cleanup-task.ts';
import { type Deleting, deleteObjects } from './delete-objects.ts';
import { restoreChanges } from './restore-changes.ts';

/**
 * Undoes what a ledger (or a search by labels) says that a run did: puts back what it changed, deletes what it created, and waits
 * until all of it is gone. The namespaces are deleted right behind what lies in them: the API server lets a namespace go only 5 s after
 * its deletion was asked for, in which its pods end. Touches nothing else: every deletion carries the uid. Returns what is left when
 * the signal ends the waiting, with the reason.
 */
export async function cleanUp(task: CleanupTask): Promise<CleanupOutcome> {
  const notRestored = await restoreChanges(task);
  const isNamespace = (one: PendingObject): boolean => kindName(one.ref) === 'v1/Namespace';
  const namespaces = task.pending.objects.filter(isNamespace);
  const others = task.pending.objects.filter((one) => !isNamespace(one));
  const held = await deleteObjects(task, others, namespaces);
  const around = await deleteObjects(task, namespaces, []);
  // What a namespace holds is named by the namespace that cannot go; the same object twice would only confuse.
  const [left, last] = await Promise.all([emptied(task, held.deleting, namespaces), awaitGone(task, around.deleting)]);
  return [...notRestored, ...held.refused, ...left, ...around.refused, ...last];
}

/** Waits until the objects and all pods of the namespaces are gone: from then on what the case held is free. */
async function emptied(
  task: CleanupTask,
  deleting: readonly Deleting[],
  namespaces: readonly PendingObject[],
): Promise<Leftover[]> {
  const left = await awaitGone(task, deleting);
  await awaitNoPods(task, namespaces);
  task.freed?.();
  return left;
}
