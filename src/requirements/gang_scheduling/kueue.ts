import {
  type Bench,
  condition,
  type KindName,
  type KubeObject,
  list,
  named,
  number,
  type RecordedObject,
  read,
  seen,
  text,
} from '../../case-kit/index.ts';
import { gangJob, HOLD, quotaFor } from './slots.ts';
import type { GangSolution, Room, Solution } from './solutions.ts';

const GROUP = 'kueue.x-k8s.io';
/** Versions that are spoken here, the newest first. */
const VERSIONS = ['v1beta2', 'v1beta1'];
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';
const ANY_TOPOLOGY = { 'kueue.x-k8s.io/podset-unconstrained-topology': 'true' };
const HOSTNAME = 'kubernetes.io/hostname';
const QUEUE = 'queue';

const kind = ({ api }: Solution, name: string): KindName => `${api}/${name}`;

/**
 * Kueue: an own flavor (one node), queue and quota; Jobs with the queue's label. Where its Topology is served, gangs ask for a
 * topology assignment, by which Kueue admits a gang only when all of it fits on real nodes (on by default since 0.14).
 */
export const kueue: GangSolution = {
  id: 'kueue',
  inventoryId: 'kueue',
  title: 'Kueue',

  served(resources) {
    const version = VERSIONS.find((one) => resources.find(`${GROUP}/${one}/ClusterQueue`) !== undefined);
    if (version === undefined) return undefined;
    const api = `${GROUP}/${version}`;
    const topology = resources.find(`${api}/Topology`) !== undefined;
    return { id: 'kueue', api, ...(topology ? { topology } : {}) };
  },

  // As in its manifests: mjob.kb.io, vworkload.kb.io, ...; the suffix is kubebuilder's, but only Kueue's see a queue's Job.
  webhook: /^[mv][a-z0-9-]+\.kb\.io$/,

  needs: (solution) => ({
    creates: [
      ...(solution.topology === true ? [kind(solution, 'Topology')] : []),
      kind(solution, 'ResourceFlavor'),
      kind(solution, 'ClusterQueue'),
      kind(solution, 'LocalQueue'),
    ],
    reads: [kind(solution, 'Workload')],
    changes: [kind(solution, 'ClusterQueue')],
  }),

  async prepare(bench, solution, rooms) {
    await bench.observe({ of: kind(solution, 'Workload') });
    const topology = rooms.some((room) => asksNodes(solution, room));
    await Promise.all([
      ...(topology
        ? [bench.create(own(solution, 'Topology', bench.namespace, { levels: [{ nodeLabel: HOSTNAME }] }))]
        : []),
      ...rooms.map((room, index) =>
        bench.create(
          own(solution, 'ResourceFlavor', flavorOf(bench, index), {
            nodeLabels: { [HOSTNAME]: room.slots.hostname },
            ...(asksNodes(solution, room) ? { topologyName: bench.namespace } : {}),
          }),
        ),
      ),
    ]);
    const [queue] = await Promise.all([
      bench.create(
        own(solution, 'ClusterQueue', bench.namespace, {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': bench.namespace } },
          resourceGroups: resourceGroups(bench, rooms),
        }),
      ),
      bench.create(own(solution, 'LocalQueue', QUEUE, { clusterQueue: bench.namespace })),
    ]);
    // A queue that never becomes active is not the end: what comes of a gang in it decides.
    await bench.until(queue, active, { within: '60s', otherwise: 'go-on' });
    return queue;
  },

  submit: (bench, solution, { name, size, room, script }) =>
    bench.create(
      gangJob(bench, {
        name,
        size,
        script,
        slots: room.slots,
        labels: { [QUEUE_LABEL]: QUEUE },
        ...(asksNodes(solution, room) ? { podAnnotations: ANY_TOPOLOGY } : {}),
      }),
      { group: name },
    ),

  // Through the queue as well: what leaves without it is only noticed at the next change in the queue.
  holdSlot: (bench, solution, room) => kueue.submit(bench, solution, { name: 'blocker', size: 1, room, script: HOLD }),

  async raiseQuota(bench, queue, rooms) {
    await bench.patch(queue.ref, { spec: { resourceGroups: resourceGroups(bench, rooms) } });
  },

  owned: (solution, { name, size }, phase) => [
    seen(
      { of: kind(solution, 'Workload'), group: name },
      workloadOf(size),
      {
        phase,
        otherwise: `Kueue never took gang ${name} over: its pods were left to run as ordinary ones`,
        remedy: "See whether Kueue's controller and its webhooks for Jobs work (integrations.frameworks: batch/job).",
        inexcusable: ['insufficient'],
      },
      `Kueue holds gang ${name} as one workload of ${size} pods`,
    ),
  ],

  quotaOnly: (timeline, solution, gang) => {
    const { objects } = timeline.objects({ of: kind(solution, 'Workload'), group: gang });
    const admitted = objects.flatMap((workload) => workload.states.filter((state) => podSets(state.body).length > 0));
    return admitted.length > 0 && !admitted.some((state) => hasTopologyAssignment(state.body));
  },

  // With waitForPodsReady a workload has the condition PodsReady; past its timeout (5 m by default) it is evicted.
  takesBack: (timeline, solution, gang) => {
    const { objects } = timeline.objects({ of: kind(solution, 'Workload'), group: gang });
    const states = objects.flatMap((workload) => workload.states);
    const evicted = states.find(({ body }) => text(condition(body, 'Evicted'), 'reason') === 'PodsReadyTimeout');
    if (evicted !== undefined)
      return {
        said: 'Kueue took the gang back because its pods did not become ready (waitForPodsReady)',
        evidence: [evicted.seq],
      };
    const ready = states.find(({ body }) => text(condition(body, 'PodsReady'), 'status') !== '');
    return ready === undefined
      ? { said: 'waitForPodsReady was not seen to be on', evidence: [] }
      : { said: 'waitForPodsReady is on, and its timeout is longer than the gang was watched', evidence: [ready.seq] };
  },

  sample: ({ api, topology }, name, size) => ({
    apiVersion: api,
    kind: 'Workload',
    metadata: { name },
    spec: { podSets: [{ name: 'main', count: size }] },
    status: {
      admission: {
        podSetAssignments: [
          { name: 'main', ...(topology === true ? { topologyAssignment: { levels: [HOSTNAME] } } : {}) },
        ],
      },
    },
  }),
};

function asksNodes(solution: Solution, room: Room): boolean {
  return room.physical && solution.topology === true;
}

function own(solution: Solution, kindOf: string, name: string, spec: Record<string, unknown>): KubeObject {
  return { apiVersion: solution.api, kind: kindOf, metadata: { name }, spec };
}

function flavorOf(bench: Bench, index: number): string {
  return index === 0 ? bench.namespace : `${bench.namespace}-${index + 1}`;
}

/** A group for each room: each has its own resource, node and quota. */
function resourceGroups(bench: Bench, rooms: readonly Room[]): Record<string, unknown>[] {
  return rooms.map(({ slots, quota }, index) => {
    const resources = [{ name: slots.resource, nominalQuota: quotaFor(slots, quota) }];
    return { coveredResources: [slots.resource], flavors: [{ name: flavorOf(bench, index), resources }] };
  });
}

/** The queue takes workloads. */
function active(queue: RecordedObject): true | string {
  const said = condition(queue, 'Active');
  return text(said, 'status') === 'True' || `not active: ${text(said, 'message') || 'no word of it yet'}`;
}

function workloadOf(size: number): (workload: RecordedObject) => true | string {
  return named(`a workload of ${size} pods`, (workload: RecordedObject) => {
    const count = list(workload, 'spec.podSets').reduce<number>((sum, set) => sum + (number(set, 'count') ?? 0), 0);
    return count === size || `a workload of ${count} pods`;
  });
}

function podSets(workload: RecordedObject): readonly unknown[] {
  return list(workload, 'status.admission.podSetAssignments');
}

function hasTopologyAssignment(workload: RecordedObject): boolean {
  return podSets(workload).every((set) => read(set, 'topologyAssignment') !== undefined);
}
