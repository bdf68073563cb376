import type { Cluster } from '../../src/kube/cluster.ts';
import type { KubeObject } from '../../src/kube/object.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { reason?: string; message?: string } };
  readonly lastState?: { readonly terminated?: { exitCode?: number; reason?: string } };
}

/** One line for each pod of a namespace that is not ready: why, as far as its status tells. */
export async function podTroubles(cluster: Cluster, namespace: string): Promise<string[]> {
  const pods = await cluster.list('v1/Pod', { namespace }).all();
  return pods.map(podTrouble).filter((line) => line !== undefined);
}

/** Why a pod is not ready, in a line; undefined when it is. Exported for its test. */
export function podTrouble(pod: KubeObject): string | undefined {
  const status = (pod['status'] ?? {}) as {
    phase?: string;
    conditions?: { type: string; status: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
  if (status.phase === 'Succeeded') return undefined;
  if (status.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True')) return undefined;
  const unscheduled = status.conditions?.find(
    ({ type, status: state }) => type === 'PodScheduled' && state === 'False',
  );
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .filter(({ ready }) => !ready)
    .map(containerTrouble);
  const why = unscheduled ? [`not scheduled: ${unscheduled.message ?? ''}`] : containers;
  return `pod ${pod.metadata.name} ${status.phase ?? 'without a phase'}: ${why.join('; ') || 'no more is known'}`;
}

function containerTrouble({ name, state, lastState, restartCount }: ContainerStatus): string {
  const { waiting } = state ?? {};
  const ended = lastState?.terminated;
  const now = waiting ? [waiting.reason, waiting.message].filter(Boolean).join(': ') : 'not ready';
  return `${name} ${now}${ended ? ` (ended ${restartCount ?? 0} times, last with ${ended.exitCode} ${ended.reason ?? ''})` : ''}`;
}
