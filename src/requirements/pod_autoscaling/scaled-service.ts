import {
  atLeast,
  type Bench,
  type Handle,
  type KindName,
  type KubeObject,
  type PodContainer,
  podSpec,
  ready,
  requestAccelerators,
} from '../../case-kit/index.ts';
import { setQueueDepth } from '../metered-service/drive.ts';
import { meteredContainer, SERVICE_LABEL } from '../metered-service/metered-deployment.ts';
import { type AcceleratorTarget, onNodesOf } from './accelerator.ts';
import { TARGET } from './autoscaler.ts';
import { HOLDER, HOLDER_SCRIPT, TOLD } from './devices.ts';
import type { OpenPipeline } from './pipeline.ts';

/** How long a pod may take: binding a minute, starting three (driver libraries of accelerators). */
export const START = '4m';
/** Name of the service by which everything of a case is collected, however many Deployments it has. */
export const SERVICE = 'metered';
/** By which a Deployment knows its own pods. */
const LABEL = 'plimsoll-scaled';

export interface ScaledService {
  /** Also its group in the timeline. */
  readonly name: string;
  /** Each pod asks for one of these. */
  readonly accelerator?: AcceleratorTarget;
  /** Containers beside the service. */
  readonly beside?: readonly PodContainer[];
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
  const request = accelerator === undefined ? undefined : requestAccelerators(accelerator.ask, 1, name);
  for (const object of request?.objects ?? [])
    await bench.create({ ...object, metadata: { ...object.metadata, namespace } }, { group: name });
  const holder: PodContainer[] =
    request === undefined
      ? []
      : [{ name: HOLDER, script: HOLDER_SCRIPT, resources: request.resources, readyFile: TOLD }];
  const { container, volumes } = meteredContainer({ run, queueDepth: TARGET });
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
        metadata: { labels: { [LABEL]: name, [SERVICE_LABEL]: SERVICE }, annotations: { ...annotations } },
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
  await Promise.all(pods.map((name) => setQueueDepth(bench, { name, namespace }, value)));
}
