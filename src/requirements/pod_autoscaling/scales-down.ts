import { defineCase } from '../../case-kit/index.ts';
import { phaseInstances } from './instances.ts';
import { givesBack, shrinksByTheMetric } from './scale-down-judging.ts';
import { changedOnItsWay } from './scaling-judging.ts';
import { UP_AND_DOWN, type UpAndDownParams } from './up-and-down.ts';

/** P4: the metric falls, the replica goes after the stabilization window, and its accelerator is free again. */
export const scalesDown = defineCase<UpAndDownParams>({
  id: 'pod_autoscaling/scales-down',
  title: 'When the metric falls, a replica goes after the stabilization window, and its accelerator is free again',
  kind: 'required',
  bar: 'official',
  budget: { act: '60m' },
  shares: UP_AND_DOWN,
  plan: (facts) => phaseInstances(facts, 'scales-down'),
  judge: (timeline, { accelerator, times }) => [
    ...shrinksByTheMetric(timeline, times),
    ...givesBack(timeline, accelerator),
    ...changedOnItsWay(timeline),
  ],
});
