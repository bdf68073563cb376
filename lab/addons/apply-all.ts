import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Cluster } from '../../src/kube/cluster.ts';
import { ServerError } from '../../src/kube/error/api-error.ts';
import type { KubeObject } from '../../src/kube/object.ts';

/** More at once makes the API server no quicker and everybody else's requests slow. */
const AT_ONCE = 8;
const APPLY_MS = 60_000;
/** Between two tries while a webhook cannot be called: nothing can be watched that says when the API server's own view of its endpoints is new. */
const WEBHOOK_PAUSE_MS = 250;

/**
 * Applies objects side by side, owned by the lab whoever had fields of them before. A webhook that cannot be called yet is
 * waited for: a controller whose Deployment is ready is not yet an endpoint in the API server's eyes.
 * @throws a typed error of src/kube; of a webhook the last one after 60 s
 */
export async function applyAll(cluster: Cluster, objects: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  const queue = new PQueue({ concurrency: AT_ONCE });
  await Promise.all(objects.map((object) => queue.add(() => applyOne(cluster, object, signal))));
}

async function applyOne(cluster: Cluster, object: KubeObject, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + APPLY_MS;
  for (;;) {
    try {
      await cluster.apply(object, { manager: 'plimsoll-lab', force: true, timeoutMs: APPLY_MS });
      return;
    } catch (error) {
      if (!webhookNotCalled(error) || Date.now() + WEBHOOK_PAUSE_MS > deadline) throw error;
    }
    await delay(WEBHOOK_PAUSE_MS, undefined, { signal });
  }
}

/** The API server's words when it could not reach an admission or conversion webhook (a refusal by one reads otherwise). */
export function webhookNotCalled(error: unknown): boolean {
  return (
    error instanceof ServerError && /failed calling webhook|conversion webhook for .* failed/.test(error.said ?? '')
  );
}
