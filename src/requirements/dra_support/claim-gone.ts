import {
  expectEventually,
  type Finding,
  none,
  type Phase,
  type Target,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';

/** A generated claim was there and went with its pod. One that was never seen shows nothing by its absence. */
export function claimGone(timeline: Timeline, target: Target, phase: Phase, otherwise: string): Finding {
  const claim = 'with the pod goes its generated claim';
  const claims = timeline.objects(target);
  if (claims.objects.length === 0)
    return undecided('environment', claim, 'no claim of the pod was ever seen, so neither was its end', []);
  return expectEventually(claims, none, timeline.between(phase.from, phase.to), { claim, otherwise });
}
