import { defineCase } from '../../case-kit/index.ts';
import { METRICS } from '../metered-service/metric-names.ts';
import { TARGET } from './autoscaler.ts';
import { phaseInstances } from './instances.ts';
import { MARKS, VALUES } from './phases.ts';
import { followsTheGauge, podsOfMark } from './pipeline-judging.ts';
import { UP_AND_DOWN, type UpAndDownParams } from './up-and-down.ts';

/** P0: what a pod with an accelerator says of itself comes out of the custom metrics API, and follows it. */
export const metricArrives = defineCase<UpAndDownParams>({
  id: 'pod_autoscaling/metric-arrives',
  title: 'A metric of a pod with an accelerator can be read through the custom metrics API, and follows the pod',
  kind: 'required',
  bar: 'official',
  budget: { act: '60m' },
  shares: UP_AND_DOWN,
  plan: (facts) => phaseInstances(facts, 'metric-arrives'),
  judge: (timeline, { pipeline }) =>
    followsTheGauge(timeline, pipeline.api, METRICS.queueDepth, [
      { from: MARKS.first, to: MARKS.second, value: VALUES.first, pods: podsOfMark(timeline, MARKS.first) },
      { from: MARKS.second, to: MARKS.followed, value: TARGET, pods: podsOfMark(timeline, MARKS.second) },
    ]),
});
