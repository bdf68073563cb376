import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { type KubeObject, refOf } from '../../kube/object.ts';
import { CASE_LABEL, RUN_LABEL } from '../labels.ts';

/** Other runs that have namespaces here now: at work, or left behind. They take capacity, but nothing of theirs is touched. */
export async function otherRuns(cluster: Cluster, run: string): Promise<{ message: string; remedy: string }[]> {
  const namespaces = await runNamespaces(cluster, `${RUN_LABEL},${RUN_LABEL}!=${run}`);
  const runs = new Set(namespaces.map((namespace) => namespace.metadata.labels?.[RUN_LABEL] ?? ''));
  return [...runs].map((other) => ({
    message: `run ${other} has namespaces on this cluster: it is at work, or left them behind`,
    remedy: `If it is not at work any more: plimsoll cleanup --run ${other}`,
  }));
}

/** A last look: namespaces of this run that nobody has named as left over. */
export async function namespacesLeft(cluster: Cluster, run: string, known: readonly Leftover[]): Promise<Leftover[]> {
  const namespaces = await runNamespaces(cluster, `${RUN_LABEL}=${run}`);
  return namespaces
    .filter(({ metadata }) => !known.some(({ ref }) => ref.uid === metadata.uid))
    .map((namespace) => ({
      ref: refOf(namespace),
      case: namespace.metadata.labels?.[CASE_LABEL] ?? '',
      finalizers: [...(namespace.metadata.finalizers ?? [])],
      why: 'it is still there at the end of the run',
      remedy: `plimsoll cleanup --run ${run}`,
    }));
}

/** None when they cannot be read: a missing permission is found by the plan, and an API server that is away by everything else. */
async function runNamespaces(cluster: Cluster, labels: string): Promise<KubeObject[]> {
  try {
    return await cluster.list('v1/Namespace', { labels, timeoutMs: 10_000 }).all();
  } catch (error) {
    if (error instanceof PlimsollError) return [];
    throw error;
  }
}
