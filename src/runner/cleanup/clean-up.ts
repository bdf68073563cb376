import type { Leftover } from '../../evidence/index.ts';
import { kindName } from '../../kube/object.ts';
import type { PendingObject } from '../ledger/replay.ts';
import { awaitGone } from './await-gone.ts';
import { awaitNoPods } from './await-no-pods.ts';
import type { CleanupOutcome, CleanupTask } from './cleanup-task.ts';
import { deleteObjects } from './delete-objects.ts';
import { restoreChanges } from './restore-changes.ts';

/**
 * Undoes what a ledger (or a search by labels) says that a run did: puts back what it changed, deletes what it created, the
 * namespaces last, and waits until all of it is gone. Touches nothing else: every deletion carries the uid. Returns what is
 * left when the signal ends the waiting, with the reason.
 */
export async function cleanUp(task: CleanupTask): Promise<CleanupOutcome> {
  const notRestored = await restoreChanges(task);
  const isNamespace = (one: PendingObject): boolean => kindName(one.ref) === 'v1/Namespace';
  const namespaces = task.pending.objects.filter(isNamespace);
  const others = task.pending.objects.filter((one) => !isNamespace(one));
  const first = await removed(task, others, namespaces);
  await awaitNoPods(task, namespaces);
  task.freed?.();
  // What a namespace holds is named by the namespace that cannot go; the same object twice would only confuse.
  const second = await removed(task, namespaces, []);
  return [...notRestored, ...first, ...second];
}

async function removed(
  task: CleanupTask,
  objects: readonly PendingObject[],
  purge: readonly PendingObject[],
): Promise<Leftover[]> {
  const { refused, deleting } = await deleteObjects(task, objects, purge);
  return [...refused, ...(await awaitGone(task, deleting))];
}
