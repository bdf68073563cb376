import {
  all,
  expectNever,
  expectSeen,
  type Finding,
  firstMoment,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import { scaledOtherThan, scaledTo, wants, withoutMetric } from './autoscaler.ts';
import { BLIND, BUSY, marksOf } from './beside-the-metric.ts';
import { burns } from './burner.ts';
import { autoscalerOf, deploymentOf, keeps } from './scaling-judging.ts';
import { quietFor, type Times } from './times.ts';

const LOOK = 'See the autoscaler (kubectl describe hpa), and look for other controllers that scale its Deployment.';

/** The same Deployment does grow when its metric rises: a claim of its own, without which nothing that does not move shows anything. */
function grows(timeline: Timeline, group: string): { finding: Finding; settled: boolean; reaction: number } {
  const marks = marksOf(group);
  const claim = 'the same Deployment grows from one to two replicas by its metric';
  const settled = timeline.mark(marks.settled) !== undefined;
  if (timeline.mark(marks.watched) === undefined) {
    const { end } = timeline;
    const message = 'not tried: the metric did not come out of the custom metrics API';
    return {
      finding: undecided(end?.class ?? 'environment', claim, message, [], end?.remedy ?? 'See metric-arrives.'),
      settled,
      reaction: 0,
    };
  }
  const finding = expectSeen(deploymentOf(timeline, group), scaledTo(2), timeline.after(marks.watched), {
    claim,
    otherwise: 'it did not grow when its metric rose',
    remedy: LOOK,
  });
  const moment = firstMoment(autoscalerOf(timeline, group), all(wants(2), 1), timeline.after(marks.watched));
  return { finding, settled, reaction: moment?.after ?? 0 };
}

/** What is left open when the Deployment did not settle at two replicas. */
function unsettled(timeline: Timeline, claim: string): Finding {
  const { end } = timeline;
  return undecided(
    end?.class ?? 'environment',
    claim,
    'not tried: the Deployment did not settle at two replicas with its metric at the target',
    end === undefined ? [] : [end.seq],
    end?.remedy ?? 'See scales-up and metric-arrives.',
  );
}

/** N1. */
export function keepsWithoutMetric(timeline: Timeline, times: Times): Finding[] {
  const marks = marksOf(BLIND);
  const { finding, settled, reaction } = grows(timeline, BLIND);
  const claim = 'without its metric the autoscaler scales nothing, neither to minReplicas nor to maxReplicas';
  if (!settled) return [finding, unsettled(timeline, claim)];
  return [
    finding,
    expectSeen(autoscalerOf(timeline, BLIND), withoutMetric, timeline.after(marks.off), {
      claim: 'the autoscaler says that it has lost its metric (ScalingActive False)',
      otherwise: 'the autoscaler never said that it has lost its metric',
      remedy:
        'The adapter goes on serving a value that no pod reports any more: see its cache and the rules by which it looks back.',
    }),
    expectNever(deploymentOf(timeline, BLIND), scaledOtherThan(2), timeline.between(marks.off, marks.over), {
      claim,
      otherwise: 'the Deployment was scaled though its metric was lost',
      remedy: LOOK,
      lasting: quietFor(times, reaction),
    }),
  ];
}

/** N2. */
export function keepsUnderLoad(timeline: Timeline, times: Times): Finding[] {
  const marks = marksOf(BUSY);
  const { finding, settled, reaction } = grows(timeline, BUSY);
  if (!settled)
    return [finding, unsettled(timeline, 'with its CPU under load and the metric at the target nothing is scaled')];
  const window = timeline.between(marks.settled, marks.over);
  const lasting = quietFor(times, reaction);
  return [
    finding,
    burns(timeline, window, 2),
    ...keeps(timeline, {
      group: BUSY,
      replicas: 2,
      window,
      lasting,
      while: 'with its CPU under load and the metric at the target',
    }),
  ];
}
