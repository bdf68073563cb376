import {
  all,
  bound,
  type Claim,
  defineCase,
  eventually,
  type Finding,
  negativeWindow,
  never,
  pods,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { holdingsRead, leftAtEnd, mostLeft, notTwiceByOtherWays, stillHolds } from './holdings.ts';
import { ISOLATION, P } from './isolation-act.ts';
import { holdersControl, limitsOf } from './judging.ts';
import { type AcceleratorTarget, holdersOf, instancesOf, withoutLeft } from './targets.ts';

/** What holds of a pod that may not be placed while everything is held. */
const SILENT = {
  phase: P.refused,
  lasting: '60s',
  remedy: 'Let one component alone account for each device (do not advertise it twice).',
} as const;

/**
 * With all accelerators of a node held, one more pod waits, and so does a pod that asks for more than the node has;
 * once the holder is gone, the waiting pod gets its device.
 */
export const noMoreThanThereAre = defineCase({
  id: 'secure_accelerator_access/no-more-than-there-are',
  title:
    'No accelerator is given out twice: a pod waits until one is released, and asking for more than there are never succeeds',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) =>
    withoutLeft(
      facts,
      instancesOf(facts, 1, (target) => ({
        reads: holdingsRead(target),
        waits: [{ why: 'a pod too many must not be bound', least: negativeWindow(0) }],
      })),
    ),
  shares: ISOLATION,

  claims: (target: AcceleratorTarget) => ({
    oneMore: never(
      pods('one-more'),
      bound,
      { ...SILENT, otherwise: 'an accelerator that is held was given out again' },
      'with every accelerator held, one more pod is not placed',
    ),
    tooMany: never(
      pods('too-many'),
      bound,
      { ...SILENT, otherwise: 'a request larger than the node was placed' },
      `a pod that asks for ${target.usable + 1} of ${target.usable} is never placed`,
    ),
    again: eventually(
      pods('one-more'),
      all(bound, 1),
      {
        phase: P.released,
        within: '90s',
        otherwise: 'the released accelerator was not given out again',
        inexcusable: ['insufficient'],
      },
      'an accelerator that was released is given out again',
    ),
  }),

  judge: (timeline, target, { oneMore, tooMany, again }) => [
    holdersControl(timeline, target),
    neverGivenOut(timeline, target, { pod: 'one-more', count: 1 }, oneMore),
    neverGivenOut(timeline, target, { pod: 'too-many', count: target.usable + 1 }, tooMany),
    ...notTwiceByOtherWays(timeline, target),
    givenOutAgain(timeline, target, again),
    ...limitsOf(target),
  ],
});

/** Not placed while everything is held. That somebody else gave accelerators back meanwhile speaks against nobody. */
function neverGivenOut(
  timeline: Timeline,
  target: AcceleratorTarget,
  { pod, count }: { readonly pod: string; readonly count: number },
  waiting: Claim,
): Finding {
  const window = timeline.during(P.refused);
  const never = waiting.judge(timeline);
  const { claim } = never;
  if (never.outcome !== 'fail') return never;
  const [placed = window.toSeq] = never.evidence;
  if (!holdersOf(target).every((holder) => stillHolds(timeline, holder.pod, placed))) {
    const message = 'the pod that held all accelerators had ended before: there was room';
    return undecided(
      'environment',
      claim,
      message,
      never.evidence,
      'See what ended it (eviction, the node), run again.',
    );
  }
  const left = mostLeft(timeline, target, window, timeline.entry(placed)?.t ?? window.to);
  if (left === undefined || left.count < target.free + count) return never;
  const message = `${pod} was placed, and there was room for it: others left ${left.count} of the node's accelerators meanwhile (${target.free} were held here)`;
  return undecided('capacity', claim, message, [...never.evidence, ...left.evidence], QUIETLY);
}

/** That somebody else took what was released speaks against nobody either. */
function givenOutAgain(timeline: Timeline, target: AcceleratorTarget, again: Claim): Finding {
  const window = timeline.during(P.released);
  const found = again.judge(timeline);
  const { claim } = found;
  if (found.outcome !== 'fail') return found;
  const left = leftAtEnd(timeline, target, window);
  // `shared` asks for the second one, and may have been faster.
  if (left === undefined || left.count >= Math.min(2, target.free)) return found;
  const message = `others hold what was released: ${left.holders.join(', ')}`;
  return undecided('capacity', claim, message, [...found.evidence, ...left.evidence], QUIETLY);
}

const QUIETLY = 'Run it while no other workload takes or gives back accelerators of this node.';
