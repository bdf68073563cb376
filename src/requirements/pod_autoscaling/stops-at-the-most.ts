import { defineCase } from '../../case-kit/index.ts';
import { phaseInstances } from './instances.ts';
import { changedOnItsWay, keepsTheBound } from './scaling-judging.ts';
import { UP_AND_DOWN, type UpAndDownParams } from './up-and-down.ts';

/** P3: maxReplicas holds. */
export const stopsAtTheMost = defineCase<UpAndDownParams>({
  id: 'pod_autoscaling/stops-at-the-most',
  title: 'However high the metric, no more replicas than maxReplicas are asked for, and the autoscaler says so',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '60m' },
  shares: UP_AND_DOWN,
  plan: (facts) => phaseInstances(facts, 'stops-at-the-most'),
  judge: (timeline, { times }) => [...keepsTheBound(timeline, times), ...changedOnItsWay(timeline)],
});
