import {
  accelerators,
  atLeast,
  type Bench,
  type Condition,
  condition,
  type Handle,
  type KindName,
  type KubeObject,
  list,
  metered,
  named,
  number,
  offered,
  podSpec,
  type RecordedObject,
  ready,
  text,
} from '../../case-kit/index.ts';
import { type AcceleratorTarget, HOLDER, HOLDER_SCRIPT, onNodesOf, TOLD } from './devices.ts';
import type { OpenPipeline } from './pipeline.ts';

/** What the cases of this requirement wait for. Plain JSON: it travels in their params, so that a judge asks for the same. */
export interface Times {
  /** Milliseconds for which nothing may change at exactly the target. */
  readonly steady: number;
  /** The least of every other window in which nothing may happen, milliseconds (`quietFor`). */
  readonly least: number;
  /** Seconds for which a lower wish has to last (the autoscaler's own field). */
  readonly stabilization: number;
  /** Deadlines, milliseconds: a value through the pipeline, a reaction of the autoscaler, and a reaction after stabilization. */
  readonly pipeline: number;
  readonly up: number;
  readonly down: number;
}

/** A minute is four rounds of an autoscaler as Kubernetes ships it (--horizontal-pod-autoscaler-sync-period, 15 s). */
export const TIMES: Times = {
  steady: 60_000,
  least: 60_000,
  stabilization: 60,
  pipeline: 300_000,
  up: 300_000,
  down: 180_000,
};

/**
 * How long nothing has to happen when the autoscaler did act within `t` milliseconds after the API served the value: with `TIMES`
 * this is the negative window of every other requirement.
 */
export function quietFor({ least }: Times, t: number): number {
  return Math.max(least, 5 * t);
}

/** A container of a pod of ours. */
export type Container = Parameters<typeof podSpec>[1]['containers'][number];
export const AUTOSCALER = 'autoscaling/v2/HorizontalPodAutoscaler';
export const DEPLOYMENT = 'apps/v1/Deployment';

/** Average of the metric per pod that the autoscalers of every case hold. */
export const TARGET = 100;

interface AutoscalerPlan {
  /** Its own name and that of the Deployment that it scales. */
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly maxReplicas: number;
  /** Seconds for which a lower wish has to last before it is heeded. */
  readonly stabilization: number;
}

/** An autoscaler on the average of a metric of the pods: up at once, down after `stabilization`. */
export function autoscaler({ name, namespace, metric, maxReplicas, stabilization }: AutoscalerPlan): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 1,
      maxReplicas,
      metrics: [
        {
          type: 'Pods',
          pods: { metric: { name: metric }, target: { type: 'AverageValue', averageValue: String(TARGET) } },
        },
      ],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
        scaleDown: {
          stabilizationWindowSeconds: stabilization,
          policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
        },
      },
    },
  };
}

/** The average per pod that an autoscaler read last. */
export function averageOf(hpa: RecordedObject): number | undefined {
  for (const metric of list(hpa, 'status.currentMetrics')) {
    const value = offered.quantity(text(metric, 'pods.current.averageValue'));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** How many replicas it asks for, undefined before it has said so. */
function desired(hpa: RecordedObject): number | undefined {
  return number(hpa, 'status.desiredReplicas');
}

/** What an autoscaler says of itself: what it read, what it wants, and each condition that is amiss. */
function words(hpa: RecordedObject): string {
  const average = averageOf(hpa);
  const amiss = ['ScalingActive', 'AbleToScale'].flatMap((type) => {
    const one = condition(hpa, type);
    return text(one, 'status') === 'False' ? [`${text(one, 'reason')}: ${text(one, 'message')}`] : [];
  });
  const wants = desired(hpa);
  return [
    average === undefined ? 'it has read no metric yet' : `it reads ${average}`,
    ...(wants === undefined ? [] : [`wants ${wants} replicas`]),
    ...amiss,
  ].join(', ');
}

/** Within one unit or one per cent of what was set: sources may round. */
export function near(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) <= Math.max(1, wanted / 100);
}

/** It has read that average and is able to act on it. */
export function reads(value: number): Condition {
  return named(`an average of ${value} read`, (hpa: RecordedObject) => {
    const active = text(condition(hpa, 'ScalingActive'), 'status') === 'True';
    return (active && near(averageOf(hpa), value)) || words(hpa);
  });
}

/** It has read that average and wants so many replicas for it. */
export function readsAndWants(value: number, replicas: number): Condition {
  return named(`an average of ${value} read and ${replicas} replicas wanted`, (hpa: RecordedObject) => {
    const answer = reads(value)(hpa);
    return answer === true ? desired(hpa) === replicas || words(hpa) : answer;
  });
}

/** It wants so many replicas, and is able to say so. */
export function wants(replicas: number): Condition {
  return named(`${replicas} replicas wanted`, (hpa: RecordedObject) => {
    const active = text(condition(hpa, 'ScalingActive'), 'status') === 'True';
    return (active && desired(hpa) === replicas) || words(hpa);
  });
}

/** It wants another number of replicas: what may never be while a number is to be kept. */
export function wantsOtherThan(replicas: number): Condition {
  return named(`other than ${replicas} replicas wanted`, (hpa: RecordedObject) => {
    const wants = desired(hpa);
    // A new autoscaler has a status without any wish, which reads 0.
    const said = wants !== undefined && text(condition(hpa, 'ScalingActive'), 'status') !== '';
    return (said && wants !== replicas) || words(hpa);
  });
}

/** It cannot change the scale of what it scales. */
export function unable(hpa: RecordedObject): true | string {
  return text(condition(hpa, 'AbleToScale'), 'status') === 'False' || words(hpa);
}

/** It has a metric to act on. */
export function active(hpa: RecordedObject): true | string {
  return text(condition(hpa, 'ScalingActive'), 'status') === 'True' || words(hpa);
}

/** It says that it has no metric to act on (Kubernetes docs: ScalingActive, FailedGetPodsMetric and its like). */
export function withoutMetric(hpa: RecordedObject): true | string {
  const active = condition(hpa, 'ScalingActive');
  return (text(active, 'status') === 'False' && text(active, 'reason').startsWith('FailedGet')) || words(hpa);
}

/** It says that it would go further and is held by maxReplicas, at that average. */
export function heldAtMost(value: number): Condition {
  return named(`an average of ${value} read and held by maxReplicas`, (hpa: RecordedObject) => {
    const limited = condition(hpa, 'ScalingLimited');
    const held = text(limited, 'status') === 'True' && text(limited, 'reason') === 'TooManyReplicas';
    const answer = reads(value)(hpa);
    if (answer !== true) return answer;
    return held || `${words(hpa)}, ScalingLimited ${text(limited, 'status')} ${text(limited, 'reason')}`;
  });
}

/** A Deployment (or another scalable object) with so many replicas asked for. */
export function scaledTo(replicas: number): Condition {
  return named(`scaled to ${replicas}`, (deployment: RecordedObject) => {
    const asked = number(deployment, 'spec.replicas');
    return asked === replicas || `it is at ${asked ?? 'no number of'} replicas`;
  });
}

export function scaledOtherThan(replicas: number): Condition {
  return named(`scaled to other than ${replicas}`, (deployment: RecordedObject) => {
    const asked = number(deployment, 'spec.replicas');
    return asked !== replicas || `it is at ${replicas} replicas`;
  });
}

/** How long a pod may take: binding a minute, starting three (driver libraries of accelerators). */
export const START = '4m';
/** Name of the service by which everything of a case is collected, however many Deployments it has. */
export const SERVICE = 'metered';
/** By which a Deployment knows its own pods. */
const LABEL = 'plimsoll-scaled';

interface ScaledService {
  /** Also its group in the timeline. */
  readonly name: string;
  /** Each pod asks for one of these. */
  readonly accelerator?: AcceleratorTarget;
  /** Containers beside the service. */
  readonly beside?: readonly Container[];
}

/** Kinds that are created for it. */
export function scaledServiceKinds(accelerator?: AcceleratorTarget): KindName[] {
  const { ask } = accelerator ?? {};
  return [
    'apps/v1/Deployment',
    ...(ask?.mode === 'dra' ? [`${ask.apiVersion ?? ''}/ResourceClaimTemplate` as KindName] : []),
  ];
}

/** One replica of the metered service; every pod of it begins with its gauge at the target. */
export async function deploy(
  bench: Bench,
  { namespace, annotations, run }: Pick<OpenPipeline, 'namespace' | 'annotations' | 'run'>,
  { name, accelerator, beside = [] }: ScaledService,
): Promise<Handle> {
  const request = accelerator === undefined ? undefined : accelerators.request(accelerator.ask, 1, name);
  for (const object of request?.objects ?? [])
    await bench.create({ ...object, metadata: { ...object.metadata, namespace } }, { group: name });
  const holder: Container[] =
    request === undefined
      ? []
      : [{ name: HOLDER, script: HOLDER_SCRIPT, resources: request.resources, readyFile: TOLD }];
  const { container, volumes } = metered.meteredContainer({ run, queueDepth: TARGET });
  const spec = podSpec(bench, {
    name,
    containers: [container, ...holder, ...beside],
    spec: {
      restartPolicy: 'Always',
      volumes,
      ...(accelerator === undefined ? {} : onNodesOf(accelerator)),
      ...request?.spec,
    },
  });
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { [LABEL]: name } },
      template: {
        metadata: { labels: { [LABEL]: name, [metered.SERVICE_LABEL]: SERVICE }, annotations: { ...annotations } },
        spec,
      },
    },
  };
  return bench.create(deployment, { group: name });
}

/** Names of the pods of a group that are ready and stand, oldest first. */
export function podsOf(bench: Bench, group: string): string[] {
  const age = (pod: KubeObject): string =>
    `${String(pod.metadata['creationTimestamp'] ?? '')} ${pod.metadata.name ?? ''}`;
  return bench
    .current(bench.pods({ group }))
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && ready(pod) === true)
    .sort((a, b) => (age(a) < age(b) ? -1 : 1))
    .map((pod) => pod.metadata.name ?? '');
}

/** Waits until so many pods of a group are ready. */
export function untilReady(
  bench: Bench,
  group: string,
  count: number,
  how: { within: number | '4m'; otherwise: 'throw' | 'go-on' },
): Promise<boolean> {
  return bench.until(bench.pods({ group }), atLeast(count, ready), how);
}

/** Sets the gauge of pods, all at the same time. */
export async function setGauge(bench: Bench, namespace: string, pods: readonly string[], value: number): Promise<void> {
  await Promise.all(pods.map((name) => metered.setQueueDepth(bench, { name, namespace }, value)));
}
