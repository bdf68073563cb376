import type { KindName, KubeObject } from '../../kube/object.ts';
import type { Bench } from '../bench.ts';
import { type Place, type PodContainer, podSpec } from '../pods/pinned-pod.ts';
import { DIRECTORY, PATHS, PORT, serviceScript } from './service-script.ts';

/** The label by which a Service, a monitor and a Deployment find the pods of one service. */
export const SERVICE_LABEL = 'plimsoll-metered';
/** Name of the port, in the pod and in the Service. */
export const PORT_NAME = 'http';
export const SERVICE_KINDS: readonly KindName[] = ['v1/Pod', 'v1/Service', 'apps/v1/Deployment'];

export interface MeteredService {
  readonly name: string;
  readonly namespace: string;
  /** Value of the label `run` on every series; nobody else may use it. */
  readonly run: string;
  /** What `plimsoll_queue_depth` begins with, in every new pod too. Default 0. */
  readonly queueDepth?: number;
}

export interface MeteredDeployment extends MeteredService {
  readonly replicas: number;
  readonly place?: Place;
  /** For the container: accelerators, cpu. */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** More fields of the pods' spec: resourceClaims, tolerations. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** On the pods; some platforms collect by annotations. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The container and its volume, for those who make their own pods. */
export function meteredContainer(
  service: Pick<MeteredService, 'run' | 'queueDepth'>,
  resources?: Readonly<Record<string, unknown>>,
): { container: PodContainer; volumes: readonly unknown[] } {
  return {
    container: {
      name: 'server',
      script: serviceScript(service.run, service.queueDepth ?? 0),
      readOnly: true,
      ...(resources === undefined ? {} : { resources }),
      spec: {
        ports: [{ name: PORT_NAME, containerPort: PORT }],
        volumeMounts: [{ name: 'metered', mountPath: DIRECTORY }],
        readinessProbe: {
          httpGet: { path: PATHS.health, port: PORT_NAME },
          periodSeconds: 1,
          timeoutSeconds: 5,
          failureThreshold: 60,
        },
      },
    },
    volumes: [{ name: 'metered', emptyDir: {} }],
  };
}

/** A Deployment of the service on the probe image. */
export function meteredDeployment(
  bench: Pick<Bench, 'image' | 'imagePullSecrets'>,
  service: MeteredDeployment,
): KubeObject {
  const { name, namespace, replicas, place, resources, spec, annotations } = service;
  const labels = { [SERVICE_LABEL]: name };
  const { container, volumes } = meteredContainer(service, resources);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      // A rolling update is nobody's subject here; a pod that is removed is replaced in any case.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(annotations === undefined ? {} : { annotations: { ...annotations } }) },
        spec: podSpec(bench, {
          name,
          containers: [container],
          ...(place === undefined ? {} : { place }),
          spec: {
            restartPolicy: 'Always',
            terminationGracePeriodSeconds: 0,
            volumes: [...volumes, ...((spec?.['volumes'] as unknown[]) ?? [])],
            ...without(spec, 'volumes'),
          },
        }),
      },
    },
  };
}

/** A Service in front of it: ServiceMonitors find pods through one. */
export function meteredServiceObject({ name, namespace }: Pick<MeteredService, 'name' | 'namespace'>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { [SERVICE_LABEL]: name } },
    spec: { selector: { [SERVICE_LABEL]: name }, ports: [{ name: PORT_NAME, port: PORT, targetPort: PORT_NAME }] },
  };
}

function without(spec: Readonly<Record<string, unknown>> | undefined, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec ?? {}).filter(([name]) => name !== field));
}
