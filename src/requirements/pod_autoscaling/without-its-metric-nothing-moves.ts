import { defineCase } from '../../case-kit/index.ts';
import { keepsWithoutMetric } from './beside-judging.ts';
import { BESIDE_THE_METRIC, type BesideTheMetricParams, BLIND } from './beside-the-metric.ts';
import { besideInstances } from './instances.ts';
import { changedOnItsWay } from './scaling-judging.ts';

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
