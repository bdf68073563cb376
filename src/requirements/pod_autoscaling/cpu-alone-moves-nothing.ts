import { defineCase } from '../../case-kit/index.ts';
import { keepsUnderLoad } from './beside-judging.ts';
import { BESIDE_THE_METRIC, type BesideTheMetricParams, BUSY } from './beside-the-metric.ts';
import { besideInstances } from './instances.ts';
import { changedOnItsWay } from './scaling-judging.ts';

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
