import { describe, expect, it } from 'vitest';
import { acceleratorInstances } from '../../case-kit/accelerators/accelerator-instances.ts';
import type { Facts, Instance } from '../../case-kit/index.ts';
import { negativeWindow } from '../../evidence/index.ts';
import type { Inventory, NodeInventory } from '../../inventory/inventory.ts';
import type { MetricsCollector } from '../../inventory/monitoring.ts';
import { quietFor, TIMES } from './autoscaler.ts';
import { cases } from './cases.ts';
import { type AcceleratorTarget, acceleratorTokens, onNodesOf, useOf } from './devices.ts';
import { pipelineOf, relistInterval, sourceHost } from './pipeline.ts';

type Supply = Inventory['accelerators'][number];

const supply = (node: string, free: number, more: Partial<Supply> = {}): Supply => ({
  node,
  mode: 'device-plugin',
  name: 'nvidia.com/gpu',
  vendor: 'nvidia',
  simulated: false,
  usable: 4,
  free,
  deviceClasses: [],
  devices: [],
  ...more,
});
const node = (name: string, labels: Record<string, string> = {}): NodeInventory =>
  ({ name, labels, candidate: true, tolerations: [{ key: 'gpu', operator: 'Exists' }] }) as unknown as NodeInventory;
const COLLECTOR: MetricsCollector = {
  id: 'prometheus-operator.monitoring.lab',
  solution: 'prometheus-operator',
  title: 'Prometheus Operator',
  ways: [{ monitor: 'monitoring.coreos.com/v1/PodMonitor', shape: 'PodMonitor', labels: {}, namespaceLabels: {} }],
  stores: [],
};
const api = (name: string, available = true): Inventory['metricsApis'][number] => ({
  name,
  available,
  service: 'monitoring/adapter',
  message: available ? 'all checks passed' : 'no endpoints',
});

function facts(is: Partial<Inventory> = {}): Facts {
  const inventory = {
    nodes: [node('a'), node('b')],
    accelerators: [supply('a', 2)],
    vendors: [],
    dra: { versions: ['v1'], pools: [], deviceClasses: [], extendedResources: {} },
    metricsApis: [api('v1beta1.custom.metrics.k8s.io'), api('v1beta2.custom.metrics.k8s.io')],
    solutions: [],
    monitoring: [COLLECTOR],
    notRead: [],
    ...is,
  };
  return { inventory } as unknown as Facts;
}

/** The instances on the accelerators of a cluster, with the target for their parameters. */
const targetsOf = (is: Partial<Inventory>): Instance<AcceleratorTarget>[] => {
  const { inventory } = facts(is);
  return acceleratorInstances(
    { inventory },
    useOf(inventory, (params) => ({ params, needs: {} })),
  ) as Instance<AcceleratorTarget>[];
};

const planned = (is?: Partial<Inventory>): unknown[] => cases.map((one) => one.plan(facts(is)));

describe('the plan', () => {
  it('has one act for the phases on each kind of accelerator, and one without accelerators', () => {
    const [p0, p1, p2, p3, p4, n1, n2] = cases.map((one) => one.plan(facts()));
    for (const same of [p1, p2, p3, p4])
      expect(same).toMatchObject([
        { variant: 'a.nvidia.com_gpu', params: (p0 as unknown as { params: object }[])[0]?.params },
      ]);
    expect(p4).toMatchObject([
      {
        params: { accelerator: { nodes: ['a'] }, times: TIMES },
        needs: {
          tokens: { 'accelerators/a': 2 },
          waits: [{ least: 60_000 }, { least: 60_000 }, { least: 60_000 }],
          rules: expect.arrayContaining([
            { verbs: ['get'], apiGroups: ['custom.metrics.k8s.io'], resources: ['pods/plimsoll_queue_depth'] },
          ]),
        },
      },
    ]);
    expect(n1).toEqual(n2);
    expect((n1 as unknown as { needs: object }[])[0]?.needs).not.toHaveProperty('tokens');
  });

  it('takes two nodes where none has two of a kind, each by its name', () => {
    const [kind] = targetsOf({ accelerators: [supply('a', 1), supply('b', 1)] });
    if (kind === undefined) throw new Error('no target');
    expect(acceleratorTokens(kind.params)).toEqual({ 'accelerators/a': 1, 'accelerators/b': 1 });
    expect(JSON.stringify(onNodesOf(kind.params))).toContain('"values":["b"]');
  });

  it('begins with the node that has the fewest free ones, and can be on every other one that has enough', () => {
    const nodesOf = (...accelerators: Supply[]) =>
      targetsOf({ accelerators }).map(({ variant, params, elsewhere = [] }) => [
        variant,
        params.nodes,
        elsewhere.map((other) => other.variant),
      ]);
    expect(nodesOf(supply('a', 8), supply('b', 2), supply('c', 1))).toEqual([
      ['b.nvidia.com_gpu', ['b'], ['a.nvidia.com_gpu']],
    ]);
    expect(nodesOf(supply('a', 2), supply('b', 1))).toEqual([['a.nvidia.com_gpu', ['a'], []]]);
  });

  it('leaves no kind out: one with too few free, or without a DeviceClass, is inconclusive by itself', () => {
    const dra = supply('b', 2, { mode: 'dra', name: 'gpu.nvidia.com' });
    const plan = cases[0]?.plan(facts({ accelerators: [supply('a', 1), dra] }));
    expect(plan).toMatchObject([
      { variant: 'b.gpu.nvidia.com', notRun: { outcome: 'inconclusive', class: 'environment' } },
      { variant: 'a.nvidia.com_gpu', notRun: { outcome: 'inconclusive', class: 'capacity' } },
    ]);
  });

  it('is inconclusive without accelerators', () => {
    expect(planned({ accelerators: [] }).slice(0, 5)).toEqual(
      Array(5).fill(expect.objectContaining({ outcome: 'inconclusive', class: 'not-found' })),
    );
  });

  it('is inconclusive, never a pass, without a pipeline: each way with its own remedy', () => {
    const wrong: [Partial<Inventory>, object][] = [
      [{ metricsApis: [] }, { class: 'not-found', message: expect.stringContaining('no metrics adapter was found') }],
      [
        { metricsApis: [api('v1beta1.external.metrics.k8s.io')] },
        {
          class: 'not-found',
          message: expect.stringContaining('external.metrics.k8s.io (Service monitoring/adapter)'),
        },
      ],
      [
        { metricsApis: [api('v1beta1.custom.metrics.k8s.io', false)] },
        { class: 'environment', message: expect.stringContaining('no endpoints') },
      ],
      [
        {
          metricsApis: [],
          notRead: [{ what: 'apiregistration.k8s.io/v1/APIService', why: 'forbidden', remedy: 'allow' }],
        },
        { class: 'permission' },
      ],
      [{ monitoring: [] }, { class: 'not-found', message: expect.stringContaining('nothing was found that collects') }],
    ];
    for (const [is, result] of wrong)
      for (const plan of planned(is))
        expect(plan).toMatchObject({ outcome: 'inconclusive', remedy: expect.any(String), ...result });
  });

  it('prefers the version that autoscalers prefer, of those that answer', () => {
    expect(pipelineOf(facts())).toMatchObject({ api: { version: 'v1beta2', servedBy: 'Service monitoring/adapter' } });
    const half = [api('v1beta1.custom.metrics.k8s.io'), api('v1beta2.custom.metrics.k8s.io', false)];
    expect(pipelineOf(facts({ metricsApis: half }))).toMatchObject({ api: { version: 'v1beta1' } });
  });
});

describe('arguments of prometheus-adapter', () => {
  it('tell how often it looks for series, and where', () => {
    expect(relistInterval(['--metrics-relist-interval=1m30s'])).toBe(90_000);
    expect(relistInterval(['--metrics-relist-interval', '10m'])).toBe(600_000);
    expect(relistInterval(['--v=4'])).toBe(600_000);
    expect(sourceHost(['--prometheus-url=http://prometheus-operated.monitoring.svc:9090/'])).toBe(
      'prometheus-operated.monitoring',
    );
    expect(sourceHost(['--prometheus-url', 'https://example.org/'])).toBe('example.org');
    expect(sourceHost([])).toBeUndefined();
  });
});

describe('the times of the product', () => {
  it('are those of the design: a minute each, and negative windows as everywhere', () => {
    expect(TIMES).toMatchObject({ steady: 60_000, least: 60_000, stabilization: 60 });
    for (const t of [0, 3000, 15_000, 40_000]) expect(quietFor(TIMES, t)).toBe(negativeWindow(t));
  });
});
