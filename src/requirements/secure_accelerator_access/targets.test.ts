import { describe, expect, it } from 'vitest';
import type { Facts } from '../../case-kit/index.ts';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import { adminAccessNeedsALabel } from './admin-access-needs-a-label.ts';
import { instancesOf } from './targets.ts';

const supply = (name: string, is: Partial<AcceleratorSupply> = {}): AcceleratorSupply => ({
  node: 'n1',
  mode: 'device-plugin',
  name,
  vendor: undefined,
  simulated: false,
  usable: 2,
  free: 2,
  deviceClasses: [],
  devices: [],
  ...is,
});
const node = (name: string, is: object = {}) => ({
  name,
  candidate: true,
  tolerations: [],
  labels: {},
  containerRuntime: 'containerd://2.1.1',
  osImage: 'Linux',
  ...is,
});
const facts = (...accelerators: AcceleratorSupply[]): Facts => factsOf([node('n1')], ...accelerators);
const factsOf = (nodes: object[], ...accelerators: AcceleratorSupply[]): Facts =>
  ({
    inventory: {
      accelerators,
      nodes,
      vendors: [],
      runtimeClasses: [],
      dra: { versions: ['v1'] },
    },
  }) as unknown as Facts;

describe('instancesOf', () => {
  it('says that nothing was found', () => {
    expect(instancesOf(facts(), 1)).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
  });

  it('does not let a kind with two devices speak for a kind with one', () => {
    expect(instancesOf(facts(supply('a.com/gpu'), supply('b.com/npu', { usable: 1, free: 1 })), 2)).toMatchObject([
      { variant: 'n1.a.com_gpu', params: { free: 2 } },
      { variant: 'n1.b.com_npu', notRun: { outcome: 'inconclusive', class: 'capacity' } },
    ]);
  });

  it('does not pass over a DRA driver that nobody can ask', () => {
    const dra = supply('d.example.com', { mode: 'dra' });
    expect(instancesOf(facts(supply('a.com/gpu'), dra), 1)).toMatchObject([
      { params: { ask: { name: 'a.com/gpu' } } },
      { variant: 'n1.d.example.com', notRun: { outcome: 'inconclusive', class: 'environment' } },
    ]);
  });

  it('tries each kind of node once: another product, driver, runtime or OS image is another kind', () => {
    const nodes = [
      node('a', { labels: { 'nvidia.com/gpu.product': 'A100' } }),
      node('b', { labels: { 'nvidia.com/gpu.product': 'A100' } }),
      node('c', { labels: { 'nvidia.com/gpu.product': 'H100' } }),
      node('d', { labels: { 'nvidia.com/gpu.product': 'A100' }, containerRuntime: 'cri-o://1.36.0' }),
      node('e', { labels: { 'nvidia.com/gpu.product': 'A100' }, osImage: 'Other' }),
    ];
    const supplies = nodes.map(({ name }) => supply('nvidia.com/gpu', { node: name }));
    expect(instancesOf(factsOf(nodes, ...supplies), 1)).toMatchObject(
      ['a', 'c', 'd', 'e'].map((name) => ({ variant: `${name}.nvidia.com_gpu`, params: { untried: [] } })),
    );
  });

  it('can be on any node of a kind where as many are free', () => {
    const nodes = [node('a'), node('b'), node('c')];
    const on = (name: string, free: number) => supply('a.com/gpu', { node: name, free });
    const plan = instancesOf(factsOf(nodes, on('a', 2), on('b', 2), on('c', 1)), 2);
    expect(plan).toMatchObject([
      {
        variant: 'a.a.com_gpu',
        elsewhere: [
          { variant: 'b.a.com_gpu', params: { place: { node: 'b' } }, needs: { tokens: { 'accelerators/b': 'all' } } },
        ],
      },
    ]);
  });

  it('tries at most eight kinds of nodes of one resource, and names the rest', () => {
    const nodes = Array.from({ length: 10 }, (_, index) => node(`n${index}`, { osImage: `image ${index}` }));
    const planned = instancesOf(factsOf(nodes, ...nodes.map(({ name }) => supply('a.com/gpu', { node: name }))), 1);
    expect(planned).toHaveLength(8);
    expect(planned).toMatchObject([
      { params: { untried: ['n8 (containerd://2.1.1, image 8)', 'n9 (containerd://2.1.1, image 9)'] } },
      ...Array.from({ length: 7 }, () => ({ params: { untried: [] } })),
    ]);
  });
});

describe('the plan of administrative access', () => {
  it('does not apply without DRA, and runs for a DRA driver', () => {
    expect(adminAccessNeedsALabel.plan(facts(supply('a.com/gpu')))).toMatchObject({ outcome: 'not-applicable' });
    const dra = supply('d.example.com', { mode: 'dra', deviceClasses: ['d'] });
    expect(adminAccessNeedsALabel.plan(facts(supply('a.com/gpu'), dra))).toMatchObject([
      { needs: { creates: ['resource.k8s.io/v1/ResourceClaim'] } },
    ]);
  });
});
