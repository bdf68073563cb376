import { defineCase } from '../../case-kit/index.ts';
import { phaseInstances } from './instances.ts';
import { changedOnItsWay, steady } from './scaling-judging.ts';
import { UP_AND_DOWN, type UpAndDownParams } from './up-and-down.ts';

/** P1: no flapping. */
export const steadyAtTheTarget = defineCase<UpAndDownParams>({
  id: 'pod_autoscaling/steady-at-the-target',
  title: 'At exactly the target the autoscaler leaves pods with accelerators as they are',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '60m' },
  shares: UP_AND_DOWN,
  plan: (facts) => phaseInstances(facts, 'steady-at-the-target'),
  judge: (timeline, { times }) => [...steady(timeline, times), ...changedOnItsWay(timeline)],
});
