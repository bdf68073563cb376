import {
  all,
  atLeast,
  type Bench,
  bound,
  cutShort,
  defineCase,
  ended,
  eventually,
  exactly,
  type Finding,
  firstMoment,
  type GroupCondition,
  type Handle,
  inconclusive,
  judgeClaims,
  longerThan,
  named,
  negativeWindow,
  never,
  passes,
  phases,
  pods,
  type RecordedObject,
  remark,
  running,
  succeeded,
  type Timeline,
  text,
  undecided,
  unschedulable,
  type Window,
} from '../../case-kit/index.ts';
import { type GangParams, instancesOf } from './instances.ts';
import { barrier, gangService, ordinaryPod, type Slots } from './slots.ts';
import { type Room, type Solution, solutionOf } from './solutions.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

/**
 * The gang that waits is one of two: a scheduler that tries again after a back-off makes it longer the more pods there are
 * (kube-scheduler: 10 s times the square root of the gang's size), and that is waited for after the release.
 */
const OF_TWO = 2;
/** Binding all members of a gang may take so long. */
const SETTLE = 8_000;

export const P = phases({
  control: ['control created', 'control placed'],
  starts: ['fits created', 'fits ran'],
  fits: ['fits created', 'fits over'],
  waits: ['waits created', 'release'],
  freed: ['release', 'released'],
});

type Claimed = ReturnType<typeof claimsOf>;

function claimsOf({ solution, slots, beside = slots }: GangParams) {
  const { count } = slots;
  const { owned } = solutionOf(solution);
  const placed = eventually(
    pods('fits'),
    all(bound, beside.count),
    { phase: P.starts },
    'the gang that fits is placed',
  );
  return {
    prepared: prepared(solution),
    fitsAccepted: accepted(solution, 'fits'),
    fitsOwned: owned(solution, { name: 'fits', size: beside.count }, P.starts),
    runs: eventually(
      pods('fits'),
      all(running, beside.count),
      { phase: P.fits, otherwise: 'a gang for which there is room did not run' },
      'a gang that fits runs, all of its pods at the same time',
    ),
    partly: eventually(
      pods('control'),
      placedInPart(count),
      {
        phase: P.control,
        within: '90s',
        control: 'capacity',
        inexcusable: ['insufficient'],
        otherwise: `of ${count + 1} pods not exactly ${count} were placed, or the last one was not refused`,
        remedy: 'Run again while nothing else comes to or leaves the node.',
      },
      'ordinary pods are placed in part, so partial placement is possible here (control)',
    ),
    waitsAccepted: accepted(solution, 'waits'),
    waitsOwned: owned(solution, { name: 'waits', size: count }, P.waits),
    placed,
    nothing: never(
      pods('waits'),
      bound,
      {
        phase: P.waits,
        lasting: longerThan(placed),
        otherwise: 'pods of a gang were bound without the rest of it',
      },
      'no pod of a gang that does not fit is bound',
    ),
    released: eventually(
      pods('waits'),
      all(running, count),
      { phase: P.freed, otherwise: 'the gang did not run although there was room for all of it' },
      'the whole gang runs once there is room',
    ),
  };
}

/**
 * The heart of the requirement: one more ordinary pod than there are slots is placed in part (so partial placement is possible here, and
 * there are as many slots as there are said to be). A gang as large as its room (beside the other one, where there are two) runs at once
 * and completes; with one slot taken the gang is not placed at all, and runs as a whole once the slot is free again (so it was the gang
 * rule that it waited for).
 */
export const allOrNothing = defineCase({
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
  claims: claimsOf,

  async act(bench, { solution, slots, beside }, claims) {
    const room = roomOf(slots);
    const other = beside === undefined ? undefined : roomOf(beside);
    // Before anything of the gangs is there: a queue would not notice that ordinary pods have gone.
    await Promise.all([
      prepare(bench, solution, other === undefined ? [room] : [room, other]),
      tryOrdinaryPods(bench, room, claims),
    ]);
    // What fits runs in a room of its own beside what waits, or before it where there is one room only.
    if (other === undefined) await runWhatFits(bench, solution, room, claims);
    const [blocker] = await Promise.all([
      waitInVain(bench, solution, room, claims),
      other === undefined ? undefined : runWhatFits(bench, solution, other, claims),
    ]);
    await bench.keep(claims.nothing);
    bench.finish(P.waits);
    await bench.phase(P.freed, async () => {
      await bench.remove(blocker.ref, { propagation: 'Background' });
      await bench.reach(claims.released);
    });
  },

  judge: (timeline, params, { placed: _control, nothing, released, ...claims }) => [
    ...judgeClaims(timeline, claims),
    completed(timeline, (params.beside ?? params.slots).count),
    ...waitsAsAWhole(timeline, params, nothing.judge(timeline), released.judge(timeline)),
  ],
});

function roomOf(slots: Slots): Room {
  return { slots, quota: 2 * slots.count, physical: true };
}

/** A gang as large as the room: runs, and all its members meet. */
async function runWhatFits(bench: Bench, solution: Solution, room: Room, claims: Claimed): Promise<void> {
  const size = room.slots.count;
  const members = bench.pods({ group: 'fits' });
  await bench.create(gangService('fits'));
  const fits = await submit(bench, solution, { name: 'fits', size, room, script: barrier('fits', size) }, P.fits);
  await bench.phase(P.starts, async () => {
    await bench.reach(claims.placed, { otherwise: 'go-on' });
    await bench.reach(claims.runs);
  });
  await bench.until(members, all(ended, size), { within: '6m', otherwise: 'go-on' });
  for (const pod of bench.current(members))
    await bench.attempt('log', (named) =>
      named.logs({ apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name ?? '' }, 'member'),
    );
  bench.finish(P.fits);
  await bench.remove(fits.ref, { propagation: 'Background' });
  await bench.untilGone(members, { within: '60s' });
}

/** The gang with one slot taken. Answers what has taken it. */
async function waitInVain(bench: Bench, solution: Solution, room: Room, claims: Claimed): Promise<Handle> {
  const size = room.slots.count;
  const blocker = await solutionOf(solution).holdSlot(bench, solution, room);
  await bench.until(bench.pods({ group: 'blocker' }), all(bound, 1), { within: '4m' });
  await bench.create(gangService('waits'));
  await submit(bench, solution, { name: 'waits', size, room, script: barrier('waits', size) }, P.waits);
  await bench.keep(claims.nothing);
  return blocker;
}

/** The same pods without a gang, in the same room, one more than it has slots. Goes on only when they were placed in part. */
async function tryOrdinaryPods(bench: Bench, { slots }: Room, { partly }: Claimed): Promise<void> {
  const { count } = slots;
  const names = Array.from({ length: count + 1 }, (_, index) => `control-${index}`);
  const made = await Promise.all(
    names.map((name) => bench.create(ordinaryPod(bench, name, slots), { group: 'control' })),
  );
  const partial = await bench.phase(P.control, () => bench.reach(partly, { otherwise: 'go-on' }));
  if (!partial)
    throw inconclusive(
      'capacity',
      `of ${count + 1} ordinary pods in ${count} slots not exactly ${count} were placed: there is more or less room than the node says`,
      'Run again while nothing else is placed on or removed from the node.',
    );
  await Promise.all(made.map((pod) => bench.remove(pod.ref)));
  await bench.untilGone(bench.pods({ group: 'control' }), { within: '60s' });
}

/** As many as there are slots are placed, and one finds no room. */
function placedInPart(count: number): GroupCondition {
  return named(`${count} of ${count + 1} placed`, (objects: readonly RecordedObject[]) => {
    const placed = exactly(count, bound)(objects);
    return placed === true ? exactly(1, unschedulable)(objects) : placed;
  });
}

/** All members met each other. Were they running together without meeting, the network is what is to be looked at. */
function completed(timeline: Timeline, size: number): Finding {
  const claim = 'the members of the gang reach each other and the workload completes';
  const window = timeline.during(P.fits);
  const moment = firstMoment(timeline.objects(pods('fits')), all(succeeded, size), window);
  if (moment !== undefined) return passes(claim, `${size} members succeeded`, [moment.seq]);
  const logs = timeline.logs({ container: 'member' });
  const said = logs.map((log) => log.text.trim().split('\n').at(-1)?.slice(0, 200)).join('; ');
  if (window.missing !== undefined) return cutShort(timeline, { claim, otherwise: window.missing }, window.missing);
  return undecided(
    'environment',
    claim,
    `not all members succeeded: ${said || 'no log'}`,
    logs.map((log) => log.seq),
    'See whether pods of one namespace reach each other, and whether names of headless Services are resolved.',
  );
}

/** A queue that gives out quota and does not look at nodes is not held to real room; that is reported. */
function waitsAsAWhole(
  timeline: Timeline,
  { solution, slots }: GangParams,
  nothing: Finding,
  released: Finding,
): Finding[] {
  const never = roomGiven(timeline, slots.count, nothing);
  const { title, quotaOnly, takesBack } = solutionOf(solution);
  if (quotaOnly?.(timeline, solution, 'fits') !== true) return [never, released];
  const claim = `${title}: all-or-nothing at quota level only`;
  const back = takesBack?.(timeline, solution, 'waits');
  return [
    remark(claim, `it was not seen to look at the room on nodes; ${never.message}`, never.evidence),
    ...(back === undefined ? [] : [remark(claim, back.said, back.evidence)]),
    ...(released.outcome === 'pass' ? [released] : [remark(claim, released.message, released.evidence)]),
  ];
}

/**
 * Whether the gang that has to wait was bound because the room was not taken any more: by somebody else's doing, no fault of the solution.
 * @param never the finding that no member was bound; anything but a fail is given back as it is
 */
function roomGiven(timeline: Timeline, count: number, never: Finding): Finding {
  if (never.outcome !== 'fail') return never;
  const window = timeline.during(P.waits);
  return holderEnded(timeline, window, never) ?? wholeGangFits(timeline, window, count, never) ?? never;
}

/**
 * What held the slot had been told to end before the first member was bound (Kueue takes back what is not ready in time; a drain): the
 * room that the solution counted on was there, but for pods that end slowly.
 */
function holderEnded(timeline: Timeline, window: Window, never: Finding): Finding | undefined {
  const holders = timeline.objects(pods('blocker'));
  const first = firstMoment(timeline.objects(pods('waits')), atLeast(1, bound), window);
  if (first === undefined || holders.objects.length === 0) return undefined;
  if (holders.at(first.seq).some(({ body }) => holds(body))) return undefined;
  const message = `${never.message}; but what was to hold the slot had been told to end before`;
  const remedy =
    'See who ended the pod of the group "blocker" (its events), and whether the node is overloaded; then run again.';
  return undecided('environment', never.claim, message, [...never.evidence, first.seq], remedy);
}

function holds(pod: RecordedObject): boolean {
  const over = ['Succeeded', 'Failed'].includes(text(pod, 'status.phase'));
  return bound(pod) === true && pod.metadata.deletionTimestamp === undefined && !over;
}

/** Placed as a whole, and every member was let in by its node: then there was room, which somebody else must have given back. */
function wholeGangFits(timeline: Timeline, window: Window, count: number, never: Finding): Finding | undefined {
  const waits = timeline.objects(pods('waits'));
  const [some, whole] = [exactly(1, bound), all(bound, count)].map((is) => firstMoment(waits, is, window));
  const began = some?.after ?? whole?.after ?? 0;
  if (whole === undefined || whole.after - began > SETTLE) return undefined;
  const refused = waits.at(window.toSeq).some(({ body }) => text(body, 'status.phase') === 'Failed');
  if (refused) return undefined;
  const message = 'the whole gang was placed: somebody else gave room back on its node meanwhile';
  const remedy = 'Run again while nothing else is placed on or removed from the node.';
  return undecided('capacity', never.claim, message, [...never.evidence, whole.seq], remedy);
}
