import { describe, expect, it } from 'vitest';
import type { MetricsCollector } from '../../inventory/monitoring.ts';
import { instancesOf } from './instances.ts';

const store = {
  title: 'Prometheus monitoring/k8s',
  ref: { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: 'k8s', namespace: 'monitoring' },
  parts: [{ namespace: 'monitoring', service: 'prometheus-operated', port: 'web', scheme: 'http', path: '' }],
} as const;
const ways = (['PodMonitor', 'ServiceMonitor'] as const).map((shape) => ({
  monitor: `monitoring.coreos.com/v1/${shape}` as const,
  shape,
  labels: {},
  namespaceLabels: {},
}));
const prometheus: MetricsCollector = { id: 'p', solution: 's', title: 'Prometheus', ways, stores: [store] };
const taint = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

function planned(
  monitoring: readonly MetricsCollector[],
  nodes: readonly object[] = [{ candidate: true, tolerations: [taint] }],
): unknown {
  return instancesOf({
    inventory: { monitoring, nodes, solutions: [{ role: 'monitoring', title: 'Azure Monitor' }] },
  } as never);
}

describe('the instances', () => {
  it('are one for each collector and way, with rights for one store and one kind of monitor only', () => {
    expect(planned([prometheus])).toMatchObject([
      {
        variant: 'p.podmonitor',
        alternative: 'p',
        params: { way: { shape: 'PodMonitor' }, tolerations: [taint] },
        needs: {
          creates: ['v1/Pod', 'v1/Service', 'apps/v1/Deployment', 'monitoring.coreos.com/v1/PodMonitor'],
          rules: [
            { resources: ['pods/proxy'] },
            { verbs: ['get'], resources: ['services/proxy'], resourceNames: ['http:prometheus-operated:web'] },
          ],
        },
      },
      { variant: 'p.servicemonitor', alternative: 'p' },
    ]);
  });

  it('ask a Prometheus without an operator by annotations, and may read its configuration as they query it', () => {
    const annotations = { shape: 'annotations', labels: {}, namespaceLabels: {} } as const;
    expect(planned([{ ...prometheus, id: 'annotations.prom.server', ways: [annotations] }])).toMatchObject([
      {
        variant: 'annotations.prom.server.annotations',
        needs: {
          creates: ['v1/Pod', 'v1/Service', 'apps/v1/Deployment'],
          // No narrower than the proxy of the Service: a rule cannot name a path behind it.
          rules: [
            {},
            { verbs: ['get'], resources: ['services/proxy'], resourceNames: ['http:prometheus-operated:web'] },
          ],
        },
      },
    ]);
  });

  it('say of each collector by itself why it cannot be tried', () => {
    expect(
      planned([prometheus, { ...prometheus, id: 'q', stores: [] }, { ...prometheus, id: 'r', ways: [] }]),
    ).toMatchObject([
      { variant: 'p.podmonitor' },
      { variant: 'p.servicemonitor' },
      {
        variant: 'q',
        alternative: 'q',
        notRun: { class: 'not-found', message: expect.stringContaining('no store') as string },
      },
      { variant: 'r', alternative: 'r', notRun: { class: 'not-enabled' } },
    ]);
  });

  it('are none where nothing collects, or no node takes pods', () => {
    expect(planned([])).toMatchObject({
      class: 'not-found',
      message: expect.stringContaining('Azure Monitor is there') as string,
    });
    expect(planned([prometheus], [{ candidate: false, tolerations: [] }])).toMatchObject({ class: 'capacity' });
  });
});
