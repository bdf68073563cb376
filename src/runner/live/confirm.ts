import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../kube/cluster.ts';
import { ApiError, GoneError } from '../../kube/error/api-error.ts';
import { isObject, type KubeObject } from '../../kube/object.ts';
import { collectionPath, mustServe } from '../../kube/path-of.ts';
import type { Recorder } from './recorder.ts';
import type { WatchRecord } from './watch-record.ts';

/** How long a watch may take to deliver what a list shows already. */
const PATIENCE_MS = 10_000;
/** How long the API server replays (watch parameter `timeoutSeconds`, whole seconds). */
const REPLAY_SECONDS = 1;
/** A confirmation by replay takes at least so long. */
export const REPLAY_MS = 1000 * REPLAY_SECONDS;

/**
 * Finds out whether a watch has delivered everything up to now, and writes `confirmed` or `doubted`. A connection can be dead for a
 * minute and a half before anybody notices; "nothing happened" must not rest on one. Two questions: does a fresh list show
 * anything that was not delivered; and (`replay`) does a second watch, from the version that the first one has reached, bring
 * anything that the first one did not. The second one also finds what came and went in between.
 */
export async function confirm(
  record: WatchRecord,
  recorder: Recorder,
  cluster: Cluster,
  options: { replay: boolean },
): Promise<void> {
  if (!record.isSynced || record.failure !== undefined) return;
  // At the end of an act nobody waits for an API server that is away.
  if (!options.replay && !record.isConnected) return record.state('doubted', 'the watch has no connection');
  const deadline = performance.now() + PATIENCE_MS;
  try {
    const from = record.resourceVersion;
    let missing = options.replay && from !== undefined ? await replayed(record, cluster, from) : [];
    if (missing.length === 0) missing = await listed(record, cluster);
    while (missing.length > 0) {
      const left = deadline - performance.now();
      if (left <= 0)
        return record.state('doubted', `a list shows ${name(missing[0])}, which the watch has not delivered`);
      await Promise.race([recorder.nextChange, delay(Math.min(1000, left), undefined, { ref: false })]);
      missing = missing.filter((object) => !record.delivered(object));
      if (missing.length === 0) missing = await listed(record, cluster);
    }
    record.state('confirmed');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    record.state('doubted', `it could not be confirmed: ${error.message}`);
  }
}

/** What a fresh list shows that the watch never delivered. */
async function listed(record: WatchRecord, cluster: Cluster): Promise<KubeObject[]> {
  const { of, keep: _keep, ...selectors } = record.scope;
  const objects = await cluster.list(of, selectors).all();
  return objects.filter((object) => !record.delivered(object));
}

/** What another watch from the same point brings that this one did not. */
async function replayed(record: WatchRecord, cluster: Cluster, from: string): Promise<KubeObject[]> {
  const { of, namespace, labels, fields } = record.scope;
  const path = collectionPath(mustServe(await cluster.resources(), of), namespace);
  const answer = await cluster.request({
    path,
    query: {
      watch: true,
      resourceVersion: from,
      timeoutSeconds: REPLAY_SECONDS,
      labelSelector: labels,
      fieldSelector: fields,
    },
  });
  const frames = answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return frames.flatMap((frame) => {
    const object = isObject(frame) ? frame['object'] : undefined;
    if (!isObject(frame) || !isObject(object)) return [];
    if (frame['type'] === 'ERROR')
      throw new GoneError(String(object['message']), 'list again', { method: 'GET', path });
    if (frame['type'] === 'BOOKMARK') return [];
    const recorded = { ...object, metadata: isObject(object['metadata']) ? object['metadata'] : {} } as KubeObject;
    return record.delivered(recorded) ? [] : [recorded];
  });
}

function name(object: KubeObject | undefined): string {
  return `${object?.kind ?? ''} ${object?.metadata.name ?? ''}`;
}
