import type { RecordedObject } from '../../../case-kit/index.ts';
import { pod, unschedulableStatus } from '../../../evidence/testing/pod.ts';
import type { Slots } from '../slots.ts';
import { type Solution, solutionOf } from '../solutions.ts';

export const NATIVE: Solution = { id: 'native', api: 'scheduling.k8s.io/v1beta1' };
export const KUEUE: Solution = { id: 'kueue', api: 'kueue.x-k8s.io/v1beta2', topology: true };
export const SLOTS: Slots = {
  place: { node: 'n1', tolerations: [] },
  hostname: 'n1',
  kind: 'accelerators',
  resource: 'nvidia.com/gpu',
  amount: '1',
  count: 2,
};

/** A member of a gang (or an ordinary pod): `of` names the PodGroup that it belongs to. */
export function member(
  name: string,
  is: { group: string; node?: string; phase?: string; of?: string; unschedulable?: boolean },
): RecordedObject {
  const { of, unschedulable, ...more } = is;
  const status = unschedulable === true ? { status: unschedulableStatus('0/1 nodes are available: Insufficient') } : {};
  const made = pod(name, { ...more, ...status });
  if (of === undefined) return made;
  return { ...made, spec: { ...(made['spec'] as object), schedulingGroup: { podGroupName: of } } };
}

/** What a solution keeps for a gang, as the API server would show it; `topology: false`: Kueue admitted by quota alone. */
export function groupObject(solution: Solution, group: string, size: number, topology = true): RecordedObject {
  const { topology: _asked, ...plain } = solution;
  const sample = solutionOf(solution).sample(topology ? solution : plain, group, size);
  return {
    ...sample,
    metadata: {
      ...sample.metadata,
      namespace: 'plimsoll-test-1',
      uid: `uid-of-${group}`,
      labels: { 'plimsoll.dev/group': group },
    },
  };
}

/** `apiVersion/Kind` of what a solution keeps for a gang. */
export function groupKind(solution: Solution): string {
  const { apiVersion, kind } = solutionOf(solution).sample(solution, 'any', 1);
  return `${apiVersion}/${kind}`;
}
