import type { RecordedObject } from '../../../case-kit/index.ts';

const NAMESPACE = 'plimsoll-test-1';

/** What an autoscaler says at one moment. */
interface Said {
  readonly average?: number;
  readonly desired?: number;
  readonly active?: boolean;
  readonly able?: boolean;
  readonly limited?: boolean;
}

export function hpa(
  name: string,
  { average, desired = 0, active = true, able = true, limited = false }: Said,
): RecordedObject {
  const on = (type: string, holds: boolean, reason: string): object => ({
    type,
    status: holds ? 'True' : 'False',
    reason,
  });
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: NAMESPACE, uid: `uid-hpa-${name}`, labels: { 'plimsoll.dev/group': name } },
    spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name } },
    status: {
      desiredReplicas: desired,
      ...(average === undefined
        ? {}
        : { currentMetrics: [{ type: 'Pods', pods: { current: { averageValue: String(average) } } }] }),
      conditions: [
        on('AbleToScale', able, able ? 'ReadyForNewScale' : 'FailedUpdateScale'),
        on('ScalingActive', active, active ? 'ValidMetricFound' : 'FailedGetPodsMetric'),
        on('ScalingLimited', limited, limited ? 'TooManyReplicas' : 'DesiredWithinRange'),
      ],
    },
  };
}

export function deployment(name: string, replicas: number): RecordedObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, uid: `uid-deployment-${name}`, labels: { 'plimsoll.dev/group': name } },
    spec: { replicas },
  };
}

/** A replica; `asks`: its container asks for the accelerator `name` or holds the claim of that name. */
export function replica(
  name: string,
  is: { group: string; node?: string; ready?: boolean; asks?: string; claim?: string },
): RecordedObject {
  const { group, node = 'n1', ready = true, asks, claim } = is;
  const resources = asks === undefined ? {} : { limits: { [asks]: '1' } };
  const claims =
    claim === undefined ? {} : { resourceClaims: [{ name: 'accelerator', resourceClaimTemplateName: group }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}`, labels: { 'plimsoll.dev/group': group } },
    spec: { nodeName: node, containers: [{ name: 'server' }, { name: 'accelerator', resources }], ...claims },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      ...(claim === undefined ? {} : { resourceClaimStatuses: [{ name: 'accelerator', resourceClaimName: claim }] }),
    },
  };
}

export function claim(name: string, device?: string): RecordedObject {
  const results = [{ driver: 'gpu.example.com', pool: 'n1', device }];
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}` },
    status: device === undefined ? {} : { allocation: { devices: { results } } },
  };
}

/** A MetricValueList of custom.metrics.k8s.io. */
export function metricValues(values: Readonly<Record<string, number>>): object {
  const items = Object.entries(values).map(([name, value]) => ({
    describedObject: { kind: 'Pod', namespace: NAMESPACE, name },
    metric: { name: 'plimsoll_queue_depth' },
    timestamp: '2026-01-01T00:00:00Z',
    value: String(value),
  }));
  return { kind: 'MetricValueList', items };
}
