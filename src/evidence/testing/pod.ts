import type { RecordedObject } from '../recorded-object.ts';

/** A pod for scripted timelines: `pod('a', { node: 'n1', phase: 'Running', group: 'gang' })`. */
export function pod(
  name: string,
  is: {
    node?: string;
    phase?: string;
    group?: string;
    owner?: string;
    status?: Record<string, unknown>;
    namespace?: string;
  } = {},
): RecordedObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: is.namespace ?? 'plimsoll-test-1',
      uid: `uid-${name}`,
      ...(is.group === undefined ? {} : { labels: { 'plimsoll.dev/group': is.group } }),
      ...(is.owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: is.owner }] }),
    },
    spec: { containers: [{ name: 'probe' }], ...(is.node === undefined ? {} : { nodeName: is.node }) },
    status: { phase: is.phase ?? 'Pending', ...is.status },
  };
}

/** The status of a pod that the scheduler could not place. */
export function unschedulableStatus(message: string): Record<string, unknown> {
  return { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] };
}
