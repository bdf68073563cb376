import {
  all,
  expectEventually,
  expectSeen,
  type Finding,
  fails,
  firstMoment,
  named,
  passes,
  type RecordedObject,
  read,
  showDuration,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { averageOf, near, reads, scaledOtherThan, scaledTo, type Times, wantsOtherThan } from './autoscaler.ts';
import type { AcceleratorTarget } from './devices.ts';
import { autoscalerOf, deploymentOf, MAIN, MARKS, notTried, standing, VALUES } from './scaling-judging.ts';

/** A claim with devices allocated to it. */
export function allocated(claim: RecordedObject): true | string {
  return read(claim, 'status.allocation') !== undefined || 'nothing is allocated to it';
}

/**
 * P4: below the target the replicas shrink, not before the stabilization window is over, and the accelerator comes back. `low` times two
 * lies within a tenth of the target, so that a pipeline which sums in place of averaging never shrinks.
 */
export function shrinksByTheMetric(timeline: Timeline, times: Times): Finding[] {
  const { low } = VALUES;
  const group = MAIN;
  const untried = notTried(
    timeline,
    MARKS.lowered,
    `at an average of ${low} a replica goes`,
    'scales-up and stops-at-the-most',
  );
  if (untried !== undefined) return [untried];
  const window = timeline.after(MARKS.lowered);
  return [
    expectSeen(autoscalerOf(timeline, group), reads(low), window, {
      claim: `the autoscaler reads the average of both replicas as ${low}`,
      otherwise: `the autoscaler never read an average of ${low}`,
      remedy:
        'A metric of pods is averaged over the pods by the autoscaler: the adapter has to serve each pod its own value, not a sum.',
    }),
    notTooEarly(timeline, times),
    expectSeen(deploymentOf(timeline, group), scaledTo(1), window, {
      claim: `at an average of ${low} the Deployment is scaled to ⌈2 · ${low} / 100⌉ = 1`,
      otherwise: 'the Deployment was never scaled down',
      remedy: 'See the autoscaler (kubectl describe hpa): what it reads, and what keeps it from scaling down.',
    }),
    expectEventually(timeline.pods({ group }), standing(1), window, {
      claim: 'one replica is left',
      otherwise: 'the replica that is one too many did not go',
    }),
  ];
}

/** The accelerator of the replica that went is nobody's: its claim is gone or free of any allocation. */
export function givesBack(timeline: Timeline, target: AcceleratorTarget): Finding[] {
  if (timeline.mark(MARKS.lowered) === undefined) return [];
  const window = timeline.after(MARKS.lowered);
  const claim = 'the accelerator of the replica that went is given back';
  const otherwise = 'it was not given back';
  if (target.ask.mode !== 'dra')
    // The scheduler counts an extended resource as free as soon as the pod that asked for it exists no more.
    return [expectEventually(timeline.pods({ group: MAIN }), all(exists, 1), window, { claim, otherwise })];
  const of = `${target.ask.apiVersion ?? 'resource.k8s.io/v1'}/ResourceClaim`;
  return [expectEventually(timeline.objects({ of }), all(allocated, 1), window, { claim, otherwise })];
}

export function exists(_object: RecordedObject): true {
  return true;
}

/** How much earlier a platform may be seen to act than the window says: writing a status and delivering it take time. */
const SLACK = 5000;

function notTooEarly(timeline: Timeline, times: Times): Finding {
  const { floodAnew: high, low } = VALUES;
  const since = timeline.after(MARKS.floodedAnew);
  const claim = `it scales down no earlier than ${times.stabilization} s after it last read more than the target`;
  const hpa = autoscalerOf(timeline, MAIN);
  const readsHigh = named(
    `an average of ${high} read`,
    (object: RecordedObject) => near(averageOf(object), high) || 'not yet',
  );
  const last = firstMoment(hpa, all(readsHigh, 1), since);
  if (last === undefined)
    return undecided(
      timeline.end?.class ?? 'interrupted',
      claim,
      `the autoscaler was not seen to read ${high}`,
      [],
      timeline.end?.remedy,
    );
  const down = [
    firstMoment(hpa, all(wantsOtherThan(2), 1), since),
    firstMoment(deploymentOf(timeline, MAIN), all(scaledOtherThan(2), 1), since),
  ]
    .filter((moment) => moment !== undefined)
    .sort((a, b) => a.after - b.after)[0];
  if (down === undefined)
    return undecided(
      timeline.end?.class ?? 'environment',
      claim,
      `it was not seen to scale down from an average of ${low}`,
      [last.seq],
    );
  const took = down.after - last.after;
  const least = times.stabilization * 1000;
  const message = `${showDuration(took)} after it last read ${high}`;
  const evidence = [last.seq, down.seq];
  if (took >= least - Math.min(SLACK, least / 3)) return passes(claim, message, evidence);
  return fails(
    claim,
    `it scaled down ${message}`,
    evidence,
    'behavior.scaleDown.stabilizationWindowSeconds has to be heeded: look for a policy that changes autoscalers, and for other controllers that scale.',
  );
}
