import {
  acceleratorInstances,
  type DeclaredWait,
  type Facts,
  type Instance,
  type KindName,
  type Needs,
  type NotRun,
  type NotRunInstance,
} from '../../case-kit/index.ts';
import { type AcceleratorTarget, acceleratorTokens, useOf } from './accelerator.ts';
import type { BesideTheMetricParams } from './beside-the-metric.ts';
import { PHASES } from './phases.ts';
import { type Pipeline, pipelineNeeds, pipelineOf } from './pipeline.ts';
import { scaledServiceKinds } from './scaled-service.ts';
import { TIMES } from './times.ts';
import type { UpAndDownParams } from './up-and-down.ts';

const AUTOSCALER: KindName = 'autoscaling/v2/HorizontalPodAutoscaler';

/** What each phase has to wait for; a phase comes after those before it. */
const WAITS: Readonly<Partial<Record<(typeof PHASES)[number], DeclaredWait>>> = {
  'steady-at-the-target': { why: 'nothing may move at exactly the target', least: TIMES.steady },
  'stops-at-the-most': { why: 'nothing may move beyond maxReplicas', least: TIMES.least },
  'scales-down': { why: 'the stabilization window has to pass', least: TIMES.stabilization * 1000 },
};

/** The autoscaler looks every 15 s, and has to look at each of four values that are set in turn. */
const ASIDE = 36_000;

/** An instance for each kind of accelerator, the same for each phase, so that they share one act. */
export function phaseInstances(
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
    const needs = withNeeds(pipeline, {
      tokens: acceleratorTokens(target),
      creates,
      reads: claims,
      waits,
      aside: ASIDE,
    });
    return { params: { pipeline, accelerator: target, times: TIMES }, needs };
  };
  return acceleratorInstances(facts, useOf(facts.inventory, on));
}

/** What every case of this requirement needs, and more. */
function withNeeds(pipeline: Pipeline, more: Needs): Needs {
  const own = pipelineNeeds(pipeline);
  return {
    ...more,
    creates: [...new Set([AUTOSCALER, ...(own.creates ?? []), ...(more.creates ?? [])])],
    reads: [...new Set([...(own.reads ?? []), ...(more.reads ?? [])])],
    rules: own.rules ?? [],
  };
}

/** N1 and N2 share an act; they hold no accelerators. */
export function besideInstances(facts: Facts): readonly Instance<BesideTheMetricParams>[] | NotRun {
  const pipeline = pipelineOf(facts);
  if ('outcome' in pipeline) return pipeline;
  const waits = [{ why: 'nothing may move while the metric is lost, or CPU is under load', least: TIMES.least }];
  return [
    {
      params: { pipeline, times: TIMES },
      needs: withNeeds(pipeline, { creates: scaledServiceKinds(), changes: [AUTOSCALER], waits }),
    },
  ];
}
