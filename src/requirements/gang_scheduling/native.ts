import { each, type KindName, named, number, type RecordedObject, seen, text } from '../../case-kit/index.ts';
import { gangJob, ordinaryPod } from './slots.ts';
import type { GangSolution, Solution } from './solutions.ts';

const GROUP = 'scheduling.k8s.io';
/** Versions that are spoken here, the newest first. */
const VERSIONS = ['v1beta1', 'v1alpha2'];
const REMEDY = 'Enable the feature gate GenericWorkload in the API server and the scheduler, or use another solution.';
const kind = ({ api }: Solution): KindName => `${api}/PodGroup`;

/**
 * Gang scheduling of Kubernetes itself: a PodGroup with `spec.schedulingPolicy.gang.minCount`, and pods that name it in
 * `spec.schedulingGroup.podGroupName` (KEP-4671). Without its feature gate the API server drops that field, and the pods are
 * scheduled one by one.
 */
export const native: GangSolution = {
  id: 'native',
  inventoryId: 'native-gang',
  title: 'native gang scheduling',

  served(resources) {
    const version = VERSIONS.find((one) => resources.find(`${GROUP}/${one}/PodGroup`) !== undefined);
    return version === undefined ? undefined : { id: 'native', api: `${GROUP}/${version}` };
  },

  needs: (solution) => ({ creates: [kind(solution)] }),

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

  owned: (solution, { name, size }, phase) => [
    seen(
      { of: kind(solution), group: name },
      minCountOf(size),
      {
        phase,
        otherwise: `the PodGroup of gang ${name} does not ask for all ${size} pods`,
        remedy: REMEDY,
        inexcusable: ['insufficient'],
      },
      `the PodGroup of gang ${name} asks for all ${size} pods`,
    ),
    each(
      { of: 'v1/Pod', group: name },
      memberOf(name),
      {
        phase,
        count: size,
        otherwise: `pods of gang ${name} are no members of it: the API server dropped spec.schedulingGroup`,
        remedy: REMEDY,
        inexcusable: ['insufficient'],
      },
      `every pod of gang ${name} belongs to its PodGroup`,
    ),
  ],

  sample: ({ api }, name, size) => ({
    apiVersion: api,
    kind: 'PodGroup',
    metadata: { name },
    spec: { schedulingPolicy: { gang: { minCount: size } } },
  }),
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
