import { describe, expect, it } from 'vitest';
import type { Facts } from '../../case-kit/index.ts';
import type { AcceleratorSupply } from '../../inventory/accelerators.ts';
import { meteredNodes } from '../../inventory/metered-nodes.ts';
import { TABLES } from '../../inventory/tables.ts';
import { everyDeviceIsMeasured } from './every-device-is-measured.ts';
import { loadShowsOnItsDevice } from './load-shows-on-its-device.ts';

function supply(more: Partial<AcceleratorSupply> = {}): AcceleratorSupply {
  const base = {
    node: 'n1',
    mode: 'device-plugin',
    name: 'nvidia.com/gpu',
    vendor: 'nvidia',
    simulated: false,
  } as const;
  return { ...base, usable: 4, free: 4, deviceClasses: [], devices: [], ...more };
}

function inventoryOf(
  accelerators: readonly AcceleratorSupply[],
  labels: Record<string, string> = {},
): Facts['inventory'] {
  const names = [...new Set(accelerators.map(({ node }) => node))];
  const nodes = names.map((name) => ({
    name,
    candidate: true,
    labels,
    tolerations: [{ key: 'gpu', operator: 'Exists' }],
  }));
  const { acceleratorMetrics, acceleratorLoads } = TABLES;
  const dra = { versions: ['v1'], pools: [], deviceClasses: [], extendedResources: {} };
  return {
    accelerators,
    nodes,
    acceleratorMetrics,
    acceleratorLoads,
    dra,
    vendors: [],
    runtimeClasses: [],
  } as unknown as Facts['inventory'];
}

const facts = (accelerators: readonly AcceleratorSupply[]): Facts =>
  ({ inventory: inventoryOf(accelerators), resources: { preferred: () => undefined } }) as unknown as Facts;

const lab = supply({ name: 'lab.plimsoll.dev/accelerator', vendor: 'plimsoll-lab' });
const device = (name: string) => ({
  driver: 'd',
  pool: 'n1',
  name,
  nodes: ['n1'],
  tainted: false,
  shareable: false,
  partition: false,
  free: true,
  attributes: { uuid: `ACC-${name}`, index: 1 },
  capacity: { memory: '1Gi' },
});

describe('nodes to be measured', () => {
  it('count what is advertised, or what a label says where a device is offered several times', () => {
    expect(meteredNodes(inventoryOf([supply()]))[0]).toMatchObject({
      expected: 4,
      because: 'nvidia.com/gpu offers 4 there',
    });
    const labels = { 'nvidia.com/gpu.count': '1', 'nvidia.com/gpu.memory': '81559' };
    expect(meteredNodes(inventoryOf([supply()], labels))[0]).toMatchObject({
      expected: 1,
      memoryBytes: 81559 * 2 ** 20,
    });
  });

  it('count as the inventory does: silicon that is shared once, partitions each, and nothing where that is not known', () => {
    const counted = (one: AcceleratorSupply, devices: number | null) =>
      meteredNodes({ ...inventoryOf([one]), measured: [{ node: 'n1', vendor: 'nvidia', devices }] })[0];
    const shares = supply({ unit: 'share', usable: 20, free: 20, sharing: 'HAMi', physical: 2 });
    expect(counted(shares, 2)).toMatchObject({
      expected: 2,
      free: 2,
      because: 'nvidia.com/gpu offers 20 there as share (HAMi)',
    });
    expect(counted({ ...shares, free: 19 }, 2)).toMatchObject({ expected: 2, free: 1 });
    const parts = supply({ unit: 'partition', usable: 56, free: 56, physical: 8 });
    expect(counted(parts, 56)).toMatchObject({ expected: 56, free: 56 });
    expect(counted(shares, null)?.unsure).toMatch(/nothing tells how many devices there are/);
    expect(
      meteredNodes({ ...inventoryOf([]), measured: [{ node: 'n1', vendor: 'nvidia', devices: 2 }] }),
    ).toMatchObject([{ node: 'n1', vendor: 'nvidia', expected: 2, advertised: [] }]);
  });

  it('count a device that is offered in two ways once, by the way that names it', () => {
    const dra = supply({
      mode: 'dra',
      name: 'gpu.nvidia.com',
      usable: 2,
      free: 1,
      devices: [device('a'), device('b')],
    });
    const nodes = meteredNodes(
      inventoryOf([supply(), dra, supply({ node: 'n0', name: 'amd.com/gpu', vendor: 'amd' })]),
    );
    expect(nodes.map(({ node, vendor, expected }) => [node, vendor, expected])).toEqual([
      ['n0', 'amd', 4],
      ['n1', 'nvidia', 2],
    ]);
    expect(nodes[1]?.devices[0]).toEqual({ name: 'a', pool: 'n1', names: ['a', 'ACC-a'], memoryBytes: 2 ** 30 });
  });
});

describe('plans', () => {
  it('are inconclusive where there is no accelerator', () => {
    for (const one of [everyDeviceIsMeasured, loadShowsOnItsDevice])
      expect(one.plan(facts([]))).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
  });

  it('take no accelerator to look at rest, and all of a node to load one', () => {
    expect(everyDeviceIsMeasured.plan(facts([lab]))).toMatchObject([
      { needs: { reads: ['v1/Pod'], rules: [{ verbs: ['get'], resources: ['pods/proxy'] }] } },
    ]);
    expect(loadShowsOnItsDevice.plan(facts([lab, { ...lab, node: 'n2', free: 1 }]))).toMatchObject([
      {
        variant: 'n1.lab.plimsoll.dev_accelerator',
        needs: { tokens: { 'accelerators/n1': 'all' }, podSecurity: { level: 'baseline' } },
      },
    ]);
  });

  it.each([
    ['nobody knows a load', supply({ name: 'amd.com/gpu', vendor: 'amd' }), 'not-enabled'],
    ['nobody knows the accelerator', supply({ name: 'npu.acme.dev', vendor: undefined }), 'unknown-accelerator'],
    ['nothing is free', { ...lab, free: 0 }, 'capacity'],
    ['there is no class to ask by', { ...lab, mode: 'dra' as const }, 'environment'],
  ])('say why a device cannot be put to work: %s', (_name, one, wanted) => {
    // The other kind is tried all the same.
    const planned = loadShowsOnItsDevice.plan(facts([one, { ...lab, name: 'other' }])) as readonly object[];
    expect(planned).toContainEqual(expect.objectContaining({ notRun: expect.objectContaining({ class: wanted }) }));
    expect(planned).toContainEqual(expect.objectContaining({ variant: 'n1.other', params: expect.anything() }));
  });
});
