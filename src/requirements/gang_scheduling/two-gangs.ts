import {
  all,
  bound,
  defineCase,
  expectAlways,
  expectEventually,
  type Finding,
  type GroupCondition,
  named,
  type RecordedObject,
  succeeded,
  type Timeline,
  text,
  undecided,
} from '../../case-kit/index.ts';
import type { Room } from './adapter.ts';
import { adapterOf } from './adapters.ts';
import { type GangParams, instancesOf } from './instances.ts';
import { holdFor } from './member.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

/** Binding the members of one gang may take so long; each member holds its slot for much longer, so that less shows. */
const SETTLE = 8_000;
const HELD_SECONDS = 20;
const GANGS = ['first', 'second'] as const;

/**
 * D: two gangs, each of which fits alone and both of which do not fit together, are submitted at once. At every moment each of
 * them is placed as a whole or not at all, and both complete. Pods placed one by one would hold half of each.
 */
export const twoGangs = defineCase<GangParams>({
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

  async act(bench, { solution, slots }) {
    const room: Room = { slots, quota: slots.count, physical: true };
    const size = sizeOf(slots.count);
    await prepare(bench, solution, [room]);
    const script = holdFor(HELD_SECONDS);
    await Promise.all(GANGS.map((name) => submit(bench, solution, { name, size, room, script })));
    bench.mark('both created');
    for (const group of GANGS)
      await bench.until(bench.pods({ group }), all(succeeded, size), { within: '6m', otherwise: 'go-on' });
    bench.mark('over');
  },

  judge(timeline, { solution, slots }) {
    const size = sizeOf(slots.count);
    const adapter = adapterOf(solution);
    return [
      ...prepared(timeline, solution),
      ...GANGS.flatMap((name) => [
        accepted(timeline, solution, name),
        ...adapter.owned(timeline, solution, { name, size }, timeline.between(`${name} created`, 'over')),
        ...runsAsAWhole(timeline, name, size),
      ]),
    ];
  },
});

/** More than half of the slots: one gang fits, two do not. */
function sizeOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

function runsAsAWhole(timeline: Timeline, group: string, size: number): Finding[] {
  const pods = timeline.pods({ group });
  return [
    slowlyEnding(
      timeline,
      expectAlways(pods, wholeOrNothing(size), timeline.between(`${group} created`, 'over'), {
        claim: `gang ${group} is placed as a whole or not at all, at every moment`,
        otherwise: `gang ${group} was placed in part`,
        settle: SETTLE,
      }),
    ),
    expectEventually(pods, all(succeeded, size), timeline.between(`${group} created`, 'over'), {
      claim: `gang ${group} completes beside the other one`,
      otherwise: `gang ${group} did not complete`,
    }),
  ];
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
