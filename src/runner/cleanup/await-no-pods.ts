import { PlimsollError } from '../../errors.ts';
import type { PendingObject } from '../ledger/replay.ts';
import type { CleanupTask } from './cleanup-task.ts';

/**
 * Waits until the namespaces hold no pod any more: whatever their pods held is free then.
 */
export async function awaitNoPods(task: CleanupTask, namespaces: readonly PendingObject[]): Promise<void> {
  if (task.abandon?.aborted) return;
  await Promise.all(namespaces.map(({ ref }) => emptied(task, ref.name)));
}

async function emptied(task: CleanupTask, namespace: string): Promise<void> {
  const { cluster, signal } = task;
  const watch = cluster.watch('v1/Pod', { namespace, signal });
  let synced = false;
  try {
    for await (const event of watch) {
      if (event.type === 'SYNCED') synced = true;
      const left = watch.current().length;
      if (synced && left === 0) return;
      if (synced) task.progress(`waiting for ${left} pods of ${namespace} to go`);
    }
  } catch (error) {
    // Time is up, or pods cannot be watched: the namespace's own deletion ends them, only slower.
    if (!signal.aborted && !(error instanceof PlimsollError)) throw error;
  } finally {
    watch.close();
  }
}
