import { defineCase } from '../../case-kit/index.ts';
import { devicesOfTheirOwn } from './devices.ts';
import { phaseInstances } from './instances.ts';
import { MAIN, MARKS } from './phases.ts';
import { changedOnItsWay, growsByTheMetric } from './scaling-judging.ts';
import { UP_AND_DOWN, type UpAndDownParams } from './up-and-down.ts';

/** P2: the metric doubles, a second pod runs with an accelerator of its own. */
export const scalesUp = defineCase<UpAndDownParams>({
  id: 'pod_autoscaling/scales-up',
  title: 'When the metric rises, a replica is added that runs on an accelerator node with an accelerator of its own',
  kind: 'required',
  bar: 'official',
  budget: { act: '60m' },
  shares: UP_AND_DOWN,
  plan: (facts) => phaseInstances(facts, 'scales-up'),
  judge: (timeline, { accelerator }) => [
    ...growsByTheMetric(timeline),
    ...(timeline.mark(MARKS.two) === undefined
      ? []
      : [devicesOfTheirOwn(timeline, accelerator, { group: MAIN, mark: MARKS.two, count: 2 })]),
    ...changedOnItsWay(timeline),
  ],
});
