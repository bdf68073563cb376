import {
  expectEach,
  expectSeen,
  type KindName,
  named,
  number,
  type RecordedObject,
  text,
} from '../../case-kit/index.ts';
import type { GangAdapter, Solution } from './adapter.ts';
import { gangJob, ordinaryPod } from './member.ts';

const REMEDY = 'Enable the feature gate GenericWorkload in the API server and the scheduler, or use another solution.';
const kind = ({ api }: Solution): KindName => `${api}/PodGroup`;

/**
 * Gang scheduling of Kubernetes itself: a PodGroup with `spec.schedulingPolicy.gang.minCount`, and pods that name it in
 * `spec.schedulingGroup.podGroupName` (KEP-4671). Without its feature gate the API server drops that field, and the pods are
 * scheduled one by one.
 */
export const native: GangAdapter = {
  title: 'native gang scheduling',
  needs: (solution) => ({ creates: [kind(solution)] }),
  /** Nothing but the gangs themselves. */
  prepare: async () => undefined,

  async submit(bench, solution, gang) {
    const { name, size, script, room } = gang;
    await bench.create(
      {
        apiVersion: solution.api,
        kind: 'PodGroup',
        metadata: { name },
        spec: { schedulingPolicy: { gang: { minCount: size } } },
      },
      { group: name },
    );
    const member = { schedulingGroup: { podGroupName: name } };
    return bench.create(gangJob(bench, { name, size, script, slots: room.slots, podSpec: member }), { group: name });
  },

  holdSlot: (bench, _solution, { slots }) => bench.create(ordinaryPod(bench, 'blocker', slots), { group: 'blocker' }),

  owned: (timeline, solution, { name, size }, window) => [
    expectSeen(timeline.objects({ of: kind(solution), group: name }), minCountOf(size), window, {
      claim: `the PodGroup of gang ${name} asks for all ${size} pods`,
      otherwise: `the PodGroup of gang ${name} does not ask for all ${size} pods`,
      remedy: REMEDY,
      inexcusable: ['insufficient'],
    }),
    expectEach(timeline.pods({ group: name }), memberOf(name), window, {
      count: size,
      claim: `every pod of gang ${name} belongs to its PodGroup`,
      otherwise: `pods of gang ${name} are no members of it: the API server dropped spec.schedulingGroup`,
      remedy: REMEDY,
      inexcusable: ['insufficient'],
    }),
  ],

  quotaOnly: () => false,
};

function minCountOf(size: number): (group: RecordedObject) => true | string {
  return named(`minCount ${size}`, (group: RecordedObject) => {
    const minCount = number(group, 'spec.schedulingPolicy.gang.minCount');
    return minCount === size || `minCount ${minCount ?? 'not stored'}`;
  });
}

function memberOf(name: string): (pod: RecordedObject) => true | string {
  return named(`member of ${name}`, (pod: RecordedObject) => {
    const group = text(pod, 'spec.schedulingGroup.podGroupName');
    return group === name || (group === '' ? 'spec.schedulingGroup is not there' : `member of ${group}`);
  });
}
