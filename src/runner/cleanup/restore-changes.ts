import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import { ApiMissingError } from '../../kube/error/api-error.ts';
import { showRef } from '../../kube/object.ts';
import { CHANGED_LABEL, RESTORE_ANNOTATION } from '../labels.ts';
import type { PendingChange } from '../ledger/replay.ts';
import { standsAsSet } from '../ledger/restore-patch.ts';
import type { CleanupTask } from './cleanup-task.ts';

/** Puts back what was changed, the last change first; never over a change that somebody else made since. */
export async function restoreChanges(task: CleanupTask): Promise<Leftover[]> {
  const left: Leftover[] = [];
  for (const change of task.pending.changes) {
    const leftover = await restore(task, change);
    if (leftover) left.push(leftover);
    else task.done({ op: 'restored', ref: change.ref });
  }
  return left;
}

async function restore(task: CleanupTask, change: PendingChange): Promise<Leftover | undefined> {
  const { ref } = change;
  const { cluster, run } = task;
  if (task.abandon?.aborted)
    return { ...about(change), why: 'the run was told to stop at once', remedy: 'Run `plimsoll cleanup`.' };
  task.progress(`putting back ${showRef(ref)}`);
  try {
    const now = await cluster.find(ref);
    // Gone, another object by now, or the change never reached the API server: its label would be there.
    if (now === undefined || now.metadata.uid !== ref.uid || now.metadata.labels?.[CHANGED_LABEL] !== run)
      return undefined;
    if (!standsAsSet(now, change.set))
      return {
        ...about(change),
        why: 'somebody changed the same fields after the run did',
        remedy: `Decide which is right. Before the run it was: ${JSON.stringify(change.restore)}. Then remove the label ${CHANGED_LABEL} and the annotation ${RESTORE_ANNOTATION}.`,
      };
    const metadata = { ...(change.restore['metadata'] as object | undefined), uid: ref.uid };
    await cluster.patch(ref, { ...change.restore, metadata });
    return undefined;
  } catch (error) {
    if (error instanceof ApiMissingError) return undefined;
    if (!(error instanceof PlimsollError)) throw error;
    return { ...about(change), why: `it could not be put back: ${error.message}`, remedy: error.remedy };
  }
}

function about(change: PendingChange): Pick<Leftover, 'ref' | 'case' | 'finalizers'> {
  return { ref: change.ref, case: change.case, finalizers: [] };
}
