import { list, named, number, type RecordedObject } from '../../case-kit/index.ts';

/** What was seen of the resource's definition: too large to be kept whole. */
export interface Definition {
  readonly name: string;
  readonly established: string;
  readonly namesAccepted: string;
  readonly served: readonly string[];
}

/** When the window began: whose pods are watched, and how often each of them (by uid) had restarted. */
export interface Baseline {
  readonly pods: readonly PodsOfController[];
  readonly restarts: Readonly<Record<string, number>>;
}

/** Pods of one workload of the operator, by its own selector. */
export interface PodsOfController {
  readonly of: 'v1/Pod';
  readonly namespace: string;
  readonly labels: string;
}

/** As many replicas as are wanted are ready, and at least one is wanted. */
export const available = named('available', (objects: readonly RecordedObject[]) => {
  const [workload] = objects;
  if (workload === undefined) return 'it is not there';
  const wanted = number(workload, 'spec.replicas') ?? 1;
  const ready = number(workload, 'status.readyReplicas') ?? 0;
  if (wanted === 0) return 'no replica is wanted: nobody does its work';
  if ((number(workload, 'status.observedGeneration') ?? 0) < (workload.metadata.generation ?? 0))
    return 'its newest state was not taken up yet';
  return ready >= wanted || `${ready} of ${wanted} replicas ready`;
});

/** How often the containers of a pod were started again. */
export function restartsOf(pod: RecordedObject): number {
  return list(pod, 'status.containerStatuses').reduce<number>(
    (sum, container) => sum + (number(container, 'restartCount') ?? 0),
    0,
  );
}

/** More restarts than there were when the window began; of a pod that is new since then, any. */
export function restarted(restarts: Baseline['restarts']): (pod: RecordedObject) => true | string {
  return named('restarted', (pod: RecordedObject) => {
    const before = restarts[pod.metadata.uid ?? ''] ?? 0;
    const now = restartsOf(pod);
    return now > before || `${now} restarts`;
  });
}
