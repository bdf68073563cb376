import {
  accelerators,
  defineCase,
  type Facts,
  type Instance,
  type KindName,
  metered,
  type Needs,
  type NotRun,
  type NotRunInstance,
} from '../../case-kit/index.ts';
import { scaledServiceKinds, TARGET, TIMES } from './autoscaler.ts';
import { followsTheGauge, podsOfMark } from './custom-metrics.ts';
import { type AcceleratorTarget, acceleratorTokens, devicesOfTheirOwn, useOf } from './devices.ts';
import { needsOf, pipelineOf } from './pipeline.ts';
import { givesBack, shrinksByTheMetric } from './scale-down-judging.ts';
import {
  changedOnItsWay,
  growsByTheMetric,
  keepsTheBound,
  MAIN,
  MARKS,
  PHASES,
  steady,
  VALUES,
} from './scaling-judging.ts';
import { UP_AND_DOWN, type UpAndDownParams } from './up-and-down.ts';

type Wait = NonNullable<Needs['waits']>[number];

/** What each phase has to wait for; a phase comes after those before it. */
const WAITS: Readonly<Partial<Record<(typeof PHASES)[number], Wait>>> = {
  'steady-at-the-target': { why: 'nothing may move at exactly the target', least: TIMES.steady },
  'stops-at-the-most': { why: 'nothing may move beyond maxReplicas', least: TIMES.least },
  'scales-down': { why: 'the stabilization window has to pass', least: TIMES.stabilization * 1000 },
};

/** The autoscaler looks every 15 s, and has to look at each of four values that are set in turn. */
const ASIDE = 36_000;

/** An instance for each kind of accelerator, the same for each phase, so that they share one act. */
function phaseInstances(
  facts: Facts,
  phase: (typeof PHASES)[number],
): readonly (Instance<UpAndDownParams> | NotRunInstance)[] | NotRun {
  const pipeline = pipelineOf(facts);
  if ('outcome' in pipeline) return pipeline;
  const waits = PHASES.slice(0, PHASES.indexOf(phase) + 1).flatMap((one) => WAITS[one] ?? []);
  const on = (target: AcceleratorTarget) => {
    const claims: KindName[] =
      target.ask.mode === 'dra' ? [`${target.ask.apiVersion ?? ''}/ResourceClaim` as KindName] : [];
    const creates = scaledServiceKinds(target);
    const needs = needsOf(pipeline, {
      tokens: acceleratorTokens(target),
      creates,
      reads: claims,
      waits,
      aside: ASIDE,
    });
    return { params: { pipeline, accelerator: target, times: TIMES }, needs };
  };
  return accelerators.instances(facts, useOf(facts.inventory, on));
}

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
    followsTheGauge(timeline, pipeline.api, metered.METRICS.queueDepth, [
      { from: MARKS.first, to: MARKS.second, value: VALUES.first, pods: podsOfMark(timeline, MARKS.first) },
      { from: MARKS.second, to: MARKS.followed, value: TARGET, pods: podsOfMark(timeline, MARKS.second) },
    ]),
});

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
