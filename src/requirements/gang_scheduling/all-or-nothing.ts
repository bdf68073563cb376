import {
  all,
  type Bench,
  bound,
  defineCase,
  ended,
  exactly,
  expectEventually,
  expectNever,
  type Finding,
  firstMoment,
  type GroupCondition,
  type Handle,
  inconclusive,
  named,
  negativeWindow,
  passes,
  type RecordedObject,
  remark,
  running,
  showDuration,
  succeeded,
  type Timeline,
  undecided,
  unschedulable,
} from '../../case-kit/index.ts';
import type { Room, Solution } from './adapter.ts';
import { adapterOf } from './adapters.ts';
import { type GangParams, instancesOf } from './instances.ts';
import { barrier, gangService, ordinaryPod } from './member.ts';
import { roomGiven } from './room-given.ts';
import type { Slots } from './slots.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

/**
 * The gang that waits is one of two: a scheduler that tries again after a back-off makes it longer the more pods there are
 * (kube-scheduler: 10 s times the square root of the gang's size), and that is waited for after the release.
 */
const OF_TWO = 2;

/** How long a gang may take to run: binding a minute, pulling and starting three. */
const START = '4m';

/**
 * C1, P1, N1, R. One ordinary pod more than there are slots: they are placed in part (so partial placement is possible here, and there are as
 * many slots as there are said to be). A gang as large as its room (beside the other one, where there are two) runs at once and completes;
 * with one slot taken the gang is not placed at all, and runs as a whole once the slot is free again (so it was the gang rule that it
 * waited for).
 */
export const allOrNothing = defineCase<GangParams>({
  id: 'gang_scheduling/all-or-nothing',
  title: 'A gang that fits runs at once; one that does not fit starts no pod, and all of them when there is room',
  kind: 'required',
  bar: 'official',
  budget: { act: '15m' },
  plan: (facts) =>
    instancesOf(
      facts,
      { turn: 0, beside: true, cut: OF_TWO },
      { why: 'nothing of the gang may start', least: negativeWindow(0) },
    ),

  async act(bench, { solution, slots, beside }) {
    const room = roomOf(slots);
    const other = beside === undefined ? undefined : roomOf(beside);
    // Before anything of the gangs is there: a queue would not notice that ordinary pods have gone.
    await Promise.all([
      prepare(bench, solution, other === undefined ? [room] : [room, other]),
      tryOrdinaryPods(bench, room),
    ]);
    const { t, blocker } = await bothParts(bench, solution, room, other);
    const rest = negativeWindow(t) - bench.since('waits created');
    if (rest > 0) await bench.quiet(bench.pods({ group: 'waits' }), { during: rest, unless: bound });
    bench.mark('release');
    await bench.remove(blocker.ref, { propagation: 'Background' });
    await bench.until(bench.pods({ group: 'waits' }), all(running, slots.count), { within: START });
    bench.mark('released');
  },

  judge: (timeline, { solution, slots, beside }) => {
    const size = slots.count;
    const fitting = (beside ?? slots).count;
    const adapter = adapterOf(solution);
    const fits = timeline.pods({ group: 'fits' });
    return [
      ...prepared(timeline, solution),
      accepted(timeline, solution, 'fits'),
      ...adapter.owned(
        timeline,
        solution,
        { name: 'fits', size: fitting },
        timeline.between('fits created', 'fits ran'),
      ),
      expectEventually(fits, all(running, fitting), timeline.after('fits created'), {
        claim: 'a gang that fits runs, all of its pods at the same time',
        otherwise: 'a gang for which there is room did not run',
      }),
      completed(timeline, fitting),
      control(timeline, size),
      accepted(timeline, solution, 'waits'),
      ...adapter.owned(timeline, solution, { name: 'waits', size }, timeline.between('waits created', 'release')),
      ...waitsAsAWhole(timeline, { solution, slots, ...(beside === undefined ? {} : { beside }) }),
    ];
  },
});

function roomOf(slots: Slots): Room {
  return { slots, quota: 2 * slots.count, physical: true };
}

/** P1 in a room of its own beside N1, or before it where there is one room only. */
async function bothParts(
  bench: Bench,
  solution: Solution,
  room: Room,
  other: Room | undefined,
): Promise<{ t: number; blocker: Handle }> {
  const [t, blocker] =
    other === undefined
      ? [await runWhatFits(bench, solution, room), await waitInVain(bench, solution, room)]
      : await Promise.all([runWhatFits(bench, solution, other), waitInVain(bench, solution, room)]);
  return { t, blocker };
}

/** P1: a gang as large as the room. Answers how long it took to be placed. */
async function runWhatFits(bench: Bench, solution: Solution, room: Room): Promise<number> {
  const size = room.slots.count;
  const pods = bench.pods({ group: 'fits' });
  await bench.create(gangService('fits'));
  const fits = await submit(bench, solution, { name: 'fits', size, room, script: barrier('fits', size) });
  await bench.until(pods, all(bound, size), { within: START, otherwise: 'go-on' });
  const t = bench.since('fits created');
  await bench.until(pods, all(running, size), { within: START });
  bench.mark('fits ran');
  await bench.until(pods, all(ended, size), { within: '6m', otherwise: 'go-on' });
  for (const pod of bench.current(pods))
    await bench.attempt('log', (named) =>
      named.logs({ apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name ?? '' }, 'member'),
    );
  bench.mark('fits over');
  await bench.remove(fits.ref, { propagation: 'Background' });
  await bench.untilGone(pods, { within: '60s' });
  return t;
}

/** N1, with one slot taken. Answers what has taken it. */
async function waitInVain(bench: Bench, solution: Solution, room: Room): Promise<Handle> {
  const size = room.slots.count;
  const blocker = await adapterOf(solution).holdSlot(bench, solution, room);
  await bench.until(bench.pods({ group: 'blocker' }), all(bound, 1), { within: START });
  bench.mark('one slot taken');
  await bench.create(gangService('waits'));
  await submit(bench, solution, { name: 'waits', size, room, script: barrier('waits', size) });
  await bench.quiet(bench.pods({ group: 'waits' }), { during: negativeWindow(0), unless: bound });
  return blocker;
}

/** C1: the same pods without a gang, in the same room, one more than it has slots. Goes on only when they were placed in part. */
async function tryOrdinaryPods(bench: Bench, { slots }: Room): Promise<void> {
  const { count } = slots;
  const names = Array.from({ length: count + 1 }, (_, index) => `control-${index}`);
  const pods = await Promise.all(
    names.map((name) => bench.create(ordinaryPod(bench, name, slots), { group: 'control' })),
  );
  bench.mark('control created');
  const partial = await bench.until(bench.pods({ group: 'control' }), placedInPart(count), {
    within: '90s',
    otherwise: 'go-on',
  });
  bench.mark('control placed');
  if (!partial)
    throw inconclusive(
      'capacity',
      `of ${count + 1} ordinary pods in ${count} slots not exactly ${count} were placed: there is more or less room than the node says`,
      'Run again while nothing else is placed on or removed from the node.',
    );
  await Promise.all(pods.map((pod) => bench.remove(pod.ref)));
  await bench.untilGone(bench.pods({ group: 'control' }), { within: '60s' });
}

/** As many as there are slots are placed, and one finds no room. */
function placedInPart(count: number): GroupCondition {
  return named(`${count} of ${count + 1} placed`, (pods: readonly RecordedObject[]) => {
    const placed = exactly(count, bound)(pods);
    return placed === true ? exactly(1, unschedulable)(pods) : placed;
  });
}

function control(timeline: Timeline, count: number): Finding {
  const claim = 'ordinary pods are placed in part, so partial placement is possible here (control)';
  const window = timeline.between('control created', 'control placed');
  const moment = firstMoment(timeline.pods({ group: 'control' }), placedInPart(count), window);
  if (moment !== undefined)
    return passes(claim, `${count} of ${count + 1} bound, one unschedulable, after ${showDuration(moment.after)}`, [
      moment.seq,
    ]);
  const message = window.missing ?? `${count} of ${count + 1} were not placed, or the last one was not refused`;
  return undecided('capacity', claim, message, [], 'Run again while nothing else comes to or leaves the node.');
}

/** All members met each other. Were they running together without meeting, the network is what is to be looked at. */
function completed(timeline: Timeline, size: number): Finding {
  const claim = 'the members of the gang reach each other and the workload completes';
  const window = timeline.between('fits created', 'fits over');
  const moment = firstMoment(timeline.pods({ group: 'fits' }), all(succeeded, size), window);
  if (moment !== undefined) return passes(claim, `${size} members succeeded`, [moment.seq]);
  const logs = timeline.logs({ container: 'member' });
  const said = logs.map((log) => log.text.trim().split('\n').at(-1)?.slice(0, 200)).join('; ');
  return undecided(
    'environment',
    claim,
    window.missing ?? `not all members succeeded: ${said || 'no log'}`,
    logs.map((log) => log.seq),
    'See whether pods of one namespace reach each other, and whether names of headless Services are resolved.',
  );
}

/** N1 and R. A queue that gives out quota and does not look at nodes is not held to real room; that is reported. */
function waitsAsAWhole(timeline: Timeline, { solution, slots, beside = slots }: GangParams): Finding[] {
  const { count } = slots;
  const waits = timeline.pods({ group: 'waits' });
  const started = timeline.between('fits created', 'fits ran');
  const t = firstMoment(timeline.pods({ group: 'fits' }), all(bound, beside.count), started)?.after ?? 0;
  const never = roomGiven(
    timeline,
    count,
    expectNever(waits, bound, timeline.between('waits created', 'release'), {
      claim: 'no pod of a gang that does not fit is bound',
      otherwise: 'pods of a gang were bound without the rest of it',
      lasting: negativeWindow(t),
    }),
  );
  const after = expectEventually(waits, all(running, count), timeline.after('release'), {
    claim: 'the whole gang runs once there is room',
    otherwise: 'the gang did not run although there was room for all of it',
  });
  const adapter = adapterOf(solution);
  if (!adapter.quotaOnly(timeline, solution, 'fits')) return [never, after];
  const claim = `${adapter.title}: all-or-nothing at quota level only`;
  const back = adapter.takesBack?.(timeline, solution, 'waits');
  return [
    remark(claim, `it was not seen to look at the room on nodes; ${never.message}`, never.evidence),
    ...(back === undefined ? [] : [remark(claim, back.said, back.evidence)]),
    ...(after.outcome === 'pass' ? [after] : [remark(claim, after.message, after.evidence)]),
  ];
}
