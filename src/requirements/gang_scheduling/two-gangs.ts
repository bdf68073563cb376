import {
  all,
  always,
  bound,
  defineCase,
  eventually,
  type Finding,
  type GroupCondition,
  judgeClaims,
  named,
  phases,
  pods,
  type RecordedObject,
  succeeded,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import { type GangParams, instancesOf } from './instances.ts';
import { holdFor } from './slots.ts';
import { type Room, solutionOf } from './solutions.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

/** Binding the members of one gang may take so long; each member holds its slot for much longer, so that less shows. */
const SETTLE = 8_000;
const HELD_SECONDS = 20;
const GANGS = ['first', 'second'] as const;

export const P = phases({ first: ['first created', 'over'], second: ['second created', 'over'] });

/**
 * Two gangs, each of which fits alone and both of which do not fit together, are submitted at once. At every moment each of them is placed
 * as a whole or not at all, and both complete. Pods placed one by one would hold half of each.
 */
export const twoGangs = defineCase({
  id: 'gang_scheduling/two-gangs',
  title: 'Two gangs that do not fit together run one after the other, each as a whole',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '15m' },
  plan: (facts) =>
    instancesOf(
      facts,
      { turn: 1 },
      { why: 'two gangs hold their slots one after the other', least: 2000 * HELD_SECONDS },
    ),

  claims: ({ solution, slots }: GangParams) => {
    const size = sizeOf(slots.count);
    const of = (name: (typeof GANGS)[number]) => ({
      known: [accepted(solution, name), ...solutionOf(solution).owned(solution, { name, size }, P[name])],
      whole: always(
        pods(name),
        wholeOrNothing(size),
        { phase: P[name], lasting: 0, settle: SETTLE, otherwise: `gang ${name} was placed in part` },
        `gang ${name} is placed as a whole or not at all, at every moment`,
      ),
      completes: eventually(
        pods(name),
        all(succeeded, size),
        { phase: P[name], within: '6m', otherwise: `gang ${name} did not complete` },
        `gang ${name} completes beside the other one`,
      ),
    });
    const [first, second] = [of('first'), of('second')];
    return {
      known: [...prepared(solution), ...first.known, ...second.known],
      whole: [first.whole, second.whole],
      complete: [first.completes, second.completes],
    };
  },

  async act(bench, { solution, slots }, { complete }) {
    const room: Room = { slots, quota: slots.count, physical: true };
    const size = sizeOf(slots.count);
    await prepare(bench, solution, [room]);
    const script = holdFor(HELD_SECONDS);
    await Promise.all(GANGS.map((name) => submit(bench, solution, { name, size, room, script }, P[name])));
    for (const claim of complete) await bench.reach(claim, { otherwise: 'go-on' });
    for (const name of GANGS) bench.finish(P[name]);
  },

  judge: (timeline, _params, { whole, ...claims }) => [
    ...judgeClaims(timeline, claims),
    ...whole.map((claim) => slowlyEnding(timeline, claim.judge(timeline))),
  ],
});

/** More than half of the slots: one gang fits, two do not. */
function sizeOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/**
 * Pods that had been told to end still held the room for the rest of the gang until shortly before it was whole: its node was slow to
 * end them, which is no matter of how gangs are placed.
 */
function slowlyEnding(timeline: Timeline, always: Finding): Finding {
  const [from, to] = always.evidence;
  if (always.outcome !== 'fail' || from === undefined || to === undefined) return always;
  const pods = timeline.pods();
  const moments = timeline.entries.filter((entry) => entry.kind === 'object' && entry.seq >= from && entry.seq <= to);
  const at = moments.findLastIndex(({ seq }) => pods.at(seq).some(({ body }) => isEnding(body)));
  const ending = moments[at];
  const until = timeline.entry(to)?.t ?? 0;
  // They were there until the next thing that was seen.
  if (ending === undefined || until - (moments[at + 1]?.t ?? until) > SETTLE) return always;
  const message = `${always.message}; meanwhile pods that had been deleted still held their slots`;
  const remedy = 'See why the node takes so long to end pods (its load, the kubelet), then run again.';
  return undecided('environment', always.claim, message, [...always.evidence, ending.seq], remedy);
}

function isEnding(pod: RecordedObject): boolean {
  const over = ['Succeeded', 'Failed'].includes(text(pod, 'status.phase'));
  return pod.metadata.deletionTimestamp !== undefined && text(pod, 'spec.nodeName') !== '' && !over;
}

function wholeOrNothing(size: number): GroupCondition {
  return named(`0 or ${size} bound`, (pods: readonly RecordedObject[]) => {
    const count = pods.filter((pod) => bound(pod) === true).length;
    return count === 0 || count >= size || `${count} of ${size} bound`;
  });
}
