import { describe, expect, it } from 'vitest';
import { TABLES } from '../../inventory/tables.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type Endpoint, endpointsOf, monitoredEndpoints } from './endpoints.ts';

const rows = TABLES.acceleratorMetrics;

function pod(
  name: string,
  ports: readonly Record<string, unknown>[],
  more: { annotations?: Record<string, string>; labels?: Record<string, string>; image?: string } = {},
): KubeObject {
  const { annotations = {}, labels = {}, image = 'example/app:1' } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns', annotations, labels },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image, ports }] },
  };
}

const shown = (endpoints: readonly Endpoint[]): string[] =>
  endpoints.map(({ scheme, port, path, exporter }) => `${scheme} ${port}${path}${exporter ? ' exporter' : ''}`);

describe('endpoints of a pod', () => {
  it.each([
    ['a port called metrics', pod('a', [{ name: 'metrics', containerPort: 1234 }]), ['http 1234/metrics']],
    ['a port called gpu-metrics', pod('a', [{ name: 'gpu-metrics', containerPort: 1 }]), ['http 1/metrics']],
    ['a port of TLS', pod('a', [{ name: 'https-metrics', containerPort: 8443 }]), ['https 8443/metrics']],
    ['a port that an exporter is known by', pod('a', [{ containerPort: 9400 }]), ['http 9400/metrics']],
    ['any other port', pod('a', [{ name: 'web', containerPort: 80 }]), []],
    ['a port of UDP', pod('a', [{ name: 'metrics', containerPort: 1, protocol: 'UDP' }]), []],
    [
      'the name of an exporter',
      pod('nvidia-dcgm-exporter-x', [{ containerPort: 5555 }]),
      ['http 5555/metrics exporter'],
    ],
    [
      'the image of an exporter, with no port',
      pod('a', [], { image: 'reg/k8s/dcgm-exporter:4' }),
      ['http 9400/metrics exporter'],
    ],
  ])('are found by %s', (_name, object, wanted) => {
    expect(shown(endpointsOf(object, rows))).toEqual(wanted);
  });

  it('are what the annotation says, and nothing else', () => {
    const annotations = {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '7000',
      'prometheus.io/path': '/stats',
      'prometheus.io/scheme': 'https',
    };
    expect(shown(endpointsOf(pod('a', [{ name: 'metrics', containerPort: 1 }], { annotations }), rows))).toEqual([
      'https 7000/stats',
    ]);
    const [first] = Object.entries(annotations);
    const only = Object.fromEntries(first === undefined ? [] : [first]);
    expect(
      shown(endpointsOf(pod('a', [{ containerPort: 1 }, { containerPort: 2 }], { annotations: only }), rows)),
    ).toEqual(['http 1/metrics', 'http 2/metrics']);
  });
});

describe('endpoints that monitors point to', () => {
  const exporter = pod('e', [{ name: 'm', containerPort: 9400 }], { labels: { app: 'e' } });
  const monitor = (
    kind: string,
    spec: Record<string, unknown>,
    namespace = 'ns',
    group = 'monitoring.coreos.com/v1',
  ): KubeObject => ({
    apiVersion: group,
    kind,
    metadata: { name: 'mon', namespace },
    spec,
  });
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'ns', labels: { svc: 'e' } },
    spec: { selector: { app: 'e' }, ports: [{ name: 'web', port: 80, targetPort: 'm' }] },
  };
  const byPods = {
    selector: { matchLabels: { app: 'e' } },
    podMetricsEndpoints: [{ port: 'm', path: '/x', scheme: 'HTTPS' }],
  };
  const byService = { selector: { matchLabels: { svc: 'e' } }, endpoints: [{ port: 'web' }] };

  it.each([
    ['PodMonitor', monitor('PodMonitor', byPods), ['https 9400/x']],
    ['PodMonitor elsewhere', monitor('PodMonitor', byPods, 'other'), []],
    [
      'PodMonitor of any namespace',
      monitor('PodMonitor', { ...byPods, namespaceSelector: { any: true } }, 'other'),
      ['https 9400/x'],
    ],
    [
      'PodMonitor of this namespace',
      monitor('PodMonitor', { ...byPods, namespaceSelector: { matchNames: ['ns'] } }, 'other'),
      ['https 9400/x'],
    ],
    ['PodMonitor of other labels', monitor('PodMonitor', { ...byPods, selector: { matchLabels: { app: 'f' } } }), []],
    [
      'PodMonitor by expressions',
      monitor('PodMonitor', {
        ...byPods,
        selector: {
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['e'] },
            { key: 'x', operator: 'DoesNotExist' },
          ],
        },
      }),
      ['https 9400/x'],
    ],
    ['ServiceMonitor', monitor('ServiceMonitor', byService), ['http 9400/metrics']],
    [
      'ServiceMonitor of other labels',
      monitor('ServiceMonitor', { ...byService, selector: { matchLabels: { svc: 'f' } } }),
      [],
    ],
    [
      'PodMonitoring',
      monitor(
        'PodMonitoring',
        { selector: byPods.selector, endpoints: [{ port: 9400 }] },
        'ns',
        'monitoring.googleapis.com/v1',
      ),
      ['http 9400/metrics'],
    ],
    ['another kind', monitor('Probe', byPods), []],
  ])('%s', (_name, object, wanted) => {
    expect(shown(monitoredEndpoints(object, exporter, [service]))).toEqual(wanted);
  });
});
