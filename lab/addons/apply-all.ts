import PQueue from 'p-queue';
import type { Cluster } from '../../src/kube/cluster.ts';
import type { KubeObject } from '../../src/kube/object.ts';

/** More at once makes the API server no quicker and everybody else's requests slow. */
const AT_ONCE = 8;

/** Applies objects side by side, owned by the lab whoever had fields of them before. */
export async function applyAll(cluster: Cluster, objects: readonly KubeObject[]): Promise<void> {
  const queue = new PQueue({ concurrency: AT_ONCE });
  await Promise.all(
    objects.map((object) =>
      queue.add(() => cluster.apply(object, { manager: 'plimsoll-lab', force: true, timeoutMs: 60_000 })),
    ),
  );
}
