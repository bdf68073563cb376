import {
  all,
  defineCase,
  expectNever,
  expectSeen,
  type Facts,
  type Finding,
  firstMoment,
  type Instance,
  type NotRun,
  type Timeline,
  undecided,
} from '../../case-kit/index.ts';
import {
  AUTOSCALER,
  quietFor,
  scaledOtherThan,
  scaledServiceKinds,
  scaledTo,
  TIMES,
  type Times,
  wants,
  withoutMetric,
} from './autoscaler.ts';
import { BESIDE_THE_METRIC, type BesideTheMetricParams, BLIND, BUSY, burns, marksOf } from './beside-the-metric.ts';
import { needsOf, pipelineOf } from './pipeline.ts';
import { autoscalerOf, changedOnItsWay, deploymentOf, keeps } from './scaling-judging.ts';

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
function keepsWithoutMetric(timeline: Timeline, times: Times): Finding[] {
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
function keepsUnderLoad(timeline: Timeline, times: Times): Finding[] {
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

/** N1 and N2 share an act; they hold no accelerators. */
function besideInstances(facts: Facts): readonly Instance<BesideTheMetricParams>[] | NotRun {
  const pipeline = pipelineOf(facts);
  if ('outcome' in pipeline) return pipeline;
  const waits = [{ why: 'nothing may move while the metric is lost, or CPU is under load', least: TIMES.least }];
  return [
    {
      params: { pipeline, times: TIMES },
      needs: needsOf(pipeline, { creates: scaledServiceKinds(), changes: [AUTOSCALER], waits }),
    },
  ];
}

/** N1: a lost metric is no reason to scale. */
export const withoutItsMetricNothingMoves = defineCase<BesideTheMetricParams>({
  id: 'pod_autoscaling/without-its-metric-nothing-moves',
  title: 'When the metric is no longer served, the autoscaler says so and leaves the replicas as they are',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '60m' },
  shares: BESIDE_THE_METRIC,
  plan: besideInstances,
  judge: (timeline, { times }) => [...keepsWithoutMetric(timeline, times), ...changedOnItsWay(timeline, BLIND)],
});

/** N2: it is the metric that drives, and nothing else. */
export const cpuAloneMovesNothing = defineCase<BesideTheMetricParams>({
  id: 'pod_autoscaling/cpu-alone-moves-nothing',
  title: 'CPU under load, with the metric at its target, adds no replica: the metric drives, not the CPU',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '60m' },
  shares: BESIDE_THE_METRIC,
  plan: besideInstances,
  judge: (timeline, { times }) => [...keepsUnderLoad(timeline, times), ...changedOnItsWay(timeline, BUSY)],
});
