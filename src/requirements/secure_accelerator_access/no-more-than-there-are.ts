import {
  all,
  bound,
  defineCase,
  expectEventually,
  expectNever,
  type Finding,
  negativeWindow,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { holdingsRead, leftAtEnd, mostLeft, stillHolds } from './holdings.ts';
import { ISOLATION } from './isolation-act.ts';
import { control, limitsOf } from './judging.ts';
import { type AcceleratorTarget, instancesOf } from './targets.ts';

/**
 * S6 and S8: with all accelerators of a node held, one more pod waits, and so does a pod that asks for more than the node has;
 * once the holder is gone, the waiting pod gets its device.
 */
export const noMoreThanThereAre = defineCase<AcceleratorTarget>({
  id: 'secure_accelerator_access/no-more-than-there-are',
  title:
    'No accelerator is given out twice: a pod waits until one is released, and asking for more than there are never succeeds',
  kind: 'required',
  bar: 'behaviour',
  plan: (facts) =>
    instancesOf(facts, 1, (target) => ({
      reads: holdingsRead(target),
      waits: [{ why: 'a pod too many must not be bound', least: negativeWindow(0) }],
    })),
  shares: ISOLATION,

  judge: (timeline, target) => [
    control(timeline, target, 'holder'),
    neverGivenOut(timeline, target, {
      pod: 'one-more',
      count: 1,
      claim: 'with every accelerator held, one more pod is not placed',
      otherwise: 'an accelerator that is held was given out again',
    }),
    neverGivenOut(timeline, target, {
      pod: 'too-many',
      count: target.usable + 1,
      claim: 'a pod that asks for more than the node has is never placed',
      otherwise: 'a request larger than the node was placed',
    }),
    givenOutAgain(timeline, target),
    ...limitsOf(target),
  ],
});

interface Waiting {
  readonly pod: string;
  readonly count: number;
  readonly claim: string;
  readonly otherwise: string;
}

/** Not placed while everything is held. That somebody else gave accelerators back meanwhile speaks against nobody. */
function neverGivenOut(timeline: Timeline, target: AcceleratorTarget, waiting: Waiting): Finding {
  const { pod, count, claim, otherwise } = waiting;
  const window = timeline.between('asked for more', 'release');
  const never = expectNever(timeline.pods({ group: pod }), bound, window, {
    claim,
    otherwise,
    lasting: '60s',
    remedy: 'Let one component alone account for each device (do not advertise it twice).',
  });
  if (never.outcome !== 'fail') return never;
  const [placed = window.toSeq] = never.evidence;
  if (!stillHolds(timeline, 'holder', placed)) {
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

/** S8. That somebody else took what was released speaks against nobody either. */
function givenOutAgain(timeline: Timeline, target: AcceleratorTarget): Finding {
  const claim = 'an accelerator that was released is given out again';
  const window = timeline.between('release', 'released');
  const found = expectEventually(timeline.pods({ group: 'one-more' }), all(bound, 1), window, {
    claim,
    otherwise: 'the released accelerator was not given out again',
    inexcusable: ['insufficient'],
  });
  if (found.outcome !== 'fail') return found;
  const left = leftAtEnd(timeline, target, window);
  // `shared` asks for the second one, and may have been faster.
  if (left === undefined || left.count >= Math.min(2, target.free)) return found;
  const message = `others hold what was released: ${left.holders.join(', ')}`;
  return undecided('capacity', claim, message, [...found.evidence, ...left.evidence], QUIETLY);
}

const QUIETLY = 'Run it while no other workload takes or gives back accelerators of this node.';
