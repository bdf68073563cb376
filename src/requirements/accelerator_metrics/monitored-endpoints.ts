import { type KubeObject, list, number, read, text } from '../../case-kit/index.ts';
import type { Endpoint } from './endpoint.ts';

/** Kinds by which operators of monitoring are told what to scrape; all of them select pods, or Services in front of pods. */
export const MONITORS = [
  { group: 'monitoring.coreos.com', kind: 'PodMonitor', endpoints: 'podMetricsEndpoints', selects: 'pods' },
  { group: 'monitoring.coreos.com', kind: 'ServiceMonitor', endpoints: 'endpoints', selects: 'services' },
  { group: 'operator.victoriametrics.com', kind: 'VMPodScrape', endpoints: 'podMetricsEndpoints', selects: 'pods' },
  { group: 'operator.victoriametrics.com', kind: 'VMServiceScrape', endpoints: 'endpoints', selects: 'services' },
  { group: 'monitoring.googleapis.com', kind: 'PodMonitoring', endpoints: 'endpoints', selects: 'pods' },
  { group: 'azmonitoring.coreos.com', kind: 'PodMonitor', endpoints: 'podMetricsEndpoints', selects: 'pods' },
  { group: 'azmonitoring.coreos.com', kind: 'ServiceMonitor', endpoints: 'endpoints', selects: 'services' },
] as const;

/** The endpoints of one pod to which a monitor points. */
export function monitoredEndpoints(monitor: KubeObject, pod: KubeObject, services: readonly KubeObject[]): Endpoint[] {
  const form = MONITORS.find(({ group, kind }) => kind === monitor.kind && monitor.apiVersion.startsWith(`${group}/`));
  const namespace = pod.metadata.namespace ?? '';
  if (form === undefined || !coversNamespace(monitor, namespace)) return [];
  const selector = read(monitor, 'spec.selector');
  const chosen =
    form.selects === 'pods'
      ? selects(selector, pod.metadata.labels ?? {})
        ? [undefined]
        : []
      : services.filter(
          (service) =>
            service.metadata.namespace === namespace &&
            selects(selector, service.metadata.labels ?? {}) &&
            selectsByMap(read(service, 'spec.selector'), pod.metadata.labels ?? {}),
        );
  return chosen.flatMap((service) =>
    list(monitor, ['spec', form.endpoints]).flatMap((endpoint): Endpoint[] => {
      const port = portOf(endpoint, pod, service);
      if (port === undefined) return [];
      return [
        {
          node: text(pod, 'spec.nodeName'),
          namespace,
          pod: pod.metadata.name ?? '',
          port,
          path: text(endpoint, 'path') || '/metrics',
          scheme: text(endpoint, 'scheme').toLowerCase() === 'https' ? 'https' : 'http',
          why: `${monitor.kind} ${monitor.metadata.namespace ?? ''}/${monitor.metadata.name ?? ''}`,
          exporter: false,
        },
      ];
    }),
  );
}

function coversNamespace(monitor: KubeObject, namespace: string): boolean {
  if (read(monitor, 'spec.namespaceSelector.any') === true) return true;
  const names = list(monitor, 'spec.namespaceSelector.matchNames');
  return names.length === 0 ? monitor.metadata.namespace === namespace : names.includes(namespace);
}

/** A LabelSelector; an empty one selects everything (apimachinery metav1.LabelSelectorAsSelector). */
function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries((read(selector, 'matchLabels') ?? {}) as Record<string, unknown>);
  return (
    equal.every(([name, value]) => labels[name] === value) &&
    list(selector, 'matchExpressions').every((expression) => {
      const value = labels[text(expression, 'key')];
      const values = list(expression, 'values');
      switch (text(expression, 'operator')) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

/** A Service's selector; without one it selects nothing. */
function selectsByMap(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries((selector ?? {}) as Record<string, unknown>);
  return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value);
}

/** The number of the pod's port that an endpoint means: by the pod's or Service's port name, or as a number. */
function portOf(endpoint: unknown, pod: KubeObject, service: KubeObject | undefined): number | undefined {
  const direct = read(endpoint, 'targetPort') ?? read(endpoint, 'portNumber');
  const named = read(endpoint, 'port');
  const behind =
    service === undefined
      ? undefined
      : list(service, 'spec.ports').find((port) => text(port, 'name') === named || number(port, 'port') === named);
  const wanted = direct ?? (behind === undefined ? named : (read(behind, 'targetPort') ?? read(behind, 'port')));
  if (typeof wanted === 'number') return wanted;
  const ports = list(pod, 'spec.containers').flatMap((container) => list(container, 'ports'));
  return number(
    ports.find((port) => text(port, 'name') === wanted),
    'containerPort',
  );
}
