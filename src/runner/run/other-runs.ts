import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { type KubeObject, refOf } from '../../kube/object.ts';
import { CASE_LABEL, RUN_LABEL } from '../labels.ts';
import { type OtherRun, showOtherRun } from './others-at-work.ts';

/** What a run is told of another one, at work or not. */
export function aboutOther(other: OtherRun): { message: string; remedy: string } {
  if (other.alive)
    return {
      message: `${showOtherRun(other)}: it takes devices and nodes as this one does`,
      remedy: `If it is not at work any more: plimsoll cleanup --run ${other.run}`,
    };
  return {
    message: `run ${other.run} left objects behind (since ${other.since.toISOString()}): it has been killed, by all signs`,
    remedy: `plimsoll cleanup --run ${other.run}`,
  };
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
