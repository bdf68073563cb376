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
} from '../../runner/case-kit.ts';
import type { Room } from './adapter.ts';
import { adapterOf } from './adapters.ts';
import { type GangParams, instancesOf } from './instances.ts';
import { barrier, gangService, ordinaryPod } from './member.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

/** How long a gang may take to run: binding a minute, pulling and starting three. */
const START = '4m';

/**
 * P1, C1, N1, R on one set of slots. A gang as large as the room runs at once and completes; with one slot taken, as many
 * ordinary pods are placed in part (so partial placement is possible here), the gang is not placed at all, and runs as a whole
 * once the slot is free again (so it was the gang rule that it waited for).
 */
export const allOrNothing = defineCase<GangParams>({
  id: 'gang_scheduling/all-or-nothing',
  requirement: 'gang_scheduling',
  title: 'A gang that fits runs at once; one that does not fit starts no pod, and all of them when there is room',
  kind: 'required',
  bar: 'official',
  budget: { act: '15m' },
  plan: (facts) => instancesOf(facts, 0, { why: 'nothing of the gang may start', least: negativeWindow(0) }),

  async act(bench, { solution, slots }) {
    const adapter = adapterOf(solution);
    const room: Room = { slots, quota: 2 * slots.count, physical: true };
    const size = slots.count;
    await prepare(bench, solution, room);

    await bench.create(gangService('fits'));
    const fits = await submit(bench, solution, { name: 'fits', size, room, script: barrier('fits', size) });
    await bench.until(bench.pods({ group: 'fits' }), all(bound, size), { within: START, otherwise: 'go-on' });
    const t = bench.since('fits created');
    await bench.until(bench.pods({ group: 'fits' }), all(running, size), { within: START });
    bench.mark('fits ran');
    await bench.until(bench.pods({ group: 'fits' }), all(ended, size), { within: '6m', otherwise: 'go-on' });
    for (const pod of bench.current(bench.pods({ group: 'fits' })))
      await bench.attempt('log', (named) =>
        named.logs({ apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name ?? '' }, 'member'),
      );
    bench.mark('fits over');
    await bench.remove(fits.ref, { propagation: 'Background' });
    await bench.untilGone(bench.pods({ group: 'fits' }), { within: '60s' });

    const blocker = await adapter.holdSlot(bench, solution, room);
    await bench.until(bench.pods({ group: 'blocker' }), all(running, 1), { within: START });
    bench.mark('one slot taken');
    await tryOrdinaryPods(bench, room);

    const gang = { name: 'waits', size, room, script: barrier('waits', size) };
    await bench.create(gangService('waits'));
    await submit(bench, solution, gang);
    await bench.quiet(bench.pods({ group: 'waits' }), { during: negativeWindow(t), unless: bound });
    bench.mark('release');
    await bench.remove(blocker.ref, { propagation: 'Background' });
    await bench.until(bench.pods({ group: 'waits' }), all(running, size), { within: START });
    bench.mark('released');
  },

  judge: (timeline, { solution, slots }) => {
    const size = slots.count;
    const adapter = adapterOf(solution);
    const fits = timeline.pods({ group: 'fits' });
    return [
      ...prepared(timeline, solution),
      accepted(timeline, 'fits'),
      ...adapter.owned(timeline, solution, { name: 'fits', size }, timeline.between('fits created', 'fits ran')),
      expectEventually(fits, all(running, size), timeline.after('fits created'), {
        claim: 'a gang that fits runs, all of its pods at the same time',
        otherwise: 'a gang for which there is room did not run',
      }),
      completed(timeline, size),
      control(timeline, size),
      accepted(timeline, 'waits'),
      ...adapter.owned(timeline, solution, { name: 'waits', size }, timeline.between('waits created', 'release')),
      ...waitsAsAWhole(timeline, { solution, slots }),
    ];
  },
});

/** C1: the same pods without a gang, in the same room. Goes on only when they were placed in part. */
async function tryOrdinaryPods(bench: Bench, { slots }: Room): Promise<void> {
  const { count } = slots;
  const names = Array.from({ length: count }, (_, index) => `control-${index}`);
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
      `with one of ${count} slots taken, ${count} ordinary pods were not placed in part: the room changed meanwhile`,
      'Run again while nothing else is placed on or removed from the node.',
    );
  await Promise.all(pods.map((pod) => bench.remove(pod.ref)));
  await bench.untilGone(bench.pods({ group: 'control' }), { within: '60s' });
}

/** One of them finds no room, all others do. */
function placedInPart(count: number): GroupCondition {
  return named(`${count - 1} of ${count} placed`, (pods: readonly RecordedObject[]) => {
    const placed = exactly(count - 1, bound)(pods);
    return placed === true ? exactly(1, unschedulable)(pods) : placed;
  });
}

function control(timeline: Timeline, count: number): Finding {
  const claim = 'ordinary pods are placed in part, so partial placement is possible here (control)';
  const window = timeline.between('control created', 'control placed');
  const moment = firstMoment(timeline.pods({ group: 'control' }), placedInPart(count), window);
  if (moment !== undefined)
    return passes(claim, `${count - 1} of ${count} bound, one unschedulable, after ${showDuration(moment.after)}`, [
      moment.seq,
    ]);
  const message = window.missing ?? `${count - 1} of ${count} were not placed, or the last one was not refused`;
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
function waitsAsAWhole(timeline: Timeline, { solution, slots }: GangParams): Finding[] {
  const { count } = slots;
  const waits = timeline.pods({ group: 'waits' });
  const started = timeline.between('fits created', 'fits ran');
  const t = firstMoment(timeline.pods({ group: 'fits' }), all(bound, count), started)?.after ?? 0;
  const never = expectNever(waits, bound, timeline.between('waits created', 'release'), {
    claim: 'no pod of a gang that does not fit is bound',
    otherwise: 'pods of a gang were bound without the rest of it',
    lasting: negativeWindow(t),
  });
  const after = expectEventually(waits, all(running, count), timeline.after('release'), {
    claim: 'the whole gang runs once there is room',
    otherwise: 'the gang did not run although there was room for all of it',
  });
  const adapter = adapterOf(solution);
  if (!adapter.quotaOnly(timeline, solution, 'fits')) return [never, after];
  const claim = `${adapter.title}: all-or-nothing at quota level only`;
  return [
    remark(claim, `it was not seen to look at the room on nodes; ${never.message}`, never.evidence),
    ...(after.outcome === 'pass' ? [after] : [remark(claim, after.message, after.evidence)]),
  ];
}
