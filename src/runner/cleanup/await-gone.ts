import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import { type KindName, kindName, type ObjectRef, refOf, showRef } from '../../kube/object.ts';
import type { CleanupTask } from './cleanup-task.ts';
import type { Deleting } from './delete-objects.ts';
import { inParallel } from './in-parallel.ts';
import { abandoned, leftoverOf } from './leftover-of.ts';
import { whyNamespaceStays } from './why-namespace-stays.ts';

/** Waits until every object is gone, by a watch on each kind and namespace. Returns what is still there when the signal ends it. */
export async function awaitGone(task: CleanupTask, objects: readonly Deleting[]): Promise<Leftover[]> {
  const left = new Map<string, Deleting>();
  for (const one of objects) left.set(keyOf(one.now), one);
  const gone = (one: Deleting): void => {
    if (!left.delete(keyOf(one.now))) return;
    task.done({ op: 'gone', ref: one.ref });
    if (left.size > 0) task.progress(tell([...left.values()]));
  };
  if (left.size > 0) task.progress(tell(objects));
  const places = Map.groupBy(objects, ({ ref }) => `${kindName(ref)} ${ref.namespace ?? ''}`);
  await Promise.all([...places.values()].map((group) => watchPlace(task, group, gone)));
  const leftovers: Leftover[] = [];
  await inParallel([...left.values()], 8, async (one) => {
    const leftover = task.abandon?.aborted
      ? abandoned({ ...one, ref: one.now })
      : await leftoverOf(task.cluster, { ...one, ref: one.now });
    if (leftover === undefined) task.done({ op: 'gone', ref: one.ref });
    else leftovers.push(leftover);
  });
  return leftovers;
}

/** Follows one kind in one namespace until nothing of the group is there, or the signal ends it. */
async function watchPlace(task: CleanupTask, group: readonly Deleting[], gone: (one: Deleting) => void): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const waiting = new Map(group.map((one) => [one.now.uid ?? '', one]));
  const { namespace } = first.ref;
  // By name when there is one only: an object whose labels were taken away must not look gone.
  const only = group.length === 1 ? { fields: `metadata.name=${first.ref.name}` } : {};
  const end = new AbortController();
  const signal = AbortSignal.any([task.signal, end.signal]);
  const kind: KindName = kindName(first.ref);
  const watch = task.cluster.watch(kind, { ...only, signal, ...(namespace === undefined ? {} : { namespace }) });
  try {
    for await (const event of watch) {
      if (event.type === 'SYNCED') {
        const present = new Set(watch.current().map((object) => object.metadata.uid));
        for (const [uid, one] of waiting) if (!present.has(uid) && waiting.delete(uid)) gone(one);
      } else if (event.type === 'DELETED') {
        const one = waiting.get(event.object.metadata.uid ?? '');
        if (one !== undefined && waiting.delete(one.now.uid ?? '')) gone(one);
      } else if (event.type === 'MODIFIED' && kind === 'v1/Namespace' && waiting.has(event.object.metadata.uid ?? '')) {
        const why = whyNamespaceStays(event.object)?.why;
        if (why !== undefined) task.progress(`waiting for ${showRef(refOf(event.object))} to go: ${why}`);
      }
      if (waiting.size === 0) return;
    }
  } catch (error) {
    // Time is up, or the kind cannot be watched: whoever is still there is named by name.
    if (!task.signal.aborted && !(error instanceof PlimsollError)) throw error;
  } finally {
    end.abort();
    watch.close();
  }
}

function keyOf(ref: ObjectRef): string {
  return `${kindName(ref)} ${ref.namespace ?? ''}/${ref.name} ${ref.uid ?? ''}`;
}

function tell(objects: readonly Deleting[]): string {
  const [first] = objects;
  const others = objects.length > 1 ? ` and ${objects.length - 1} more` : '';
  return first === undefined ? '' : `waiting for ${showRef(first.ref)}${others} to go`;
}
