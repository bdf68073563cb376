import { describe, expect, it } from 'vitest';
import { allocatedDevices, readPools } from './resource-slices.ts';

const nodes = [
  { name: 'a', labels: { zone: 'x' } },
  { name: 'b', labels: { zone: 'y' } },
];
const slice = (spec: Record<string, unknown>, apiVersion = 'resource.k8s.io/v1') => ({
  apiVersion,
  kind: 'ResourceSlice',
  metadata: { name: 's' },
  spec: { driver: 'd.example', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, ...spec },
});
const zoneX = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['x'] }] }] };

describe('readPools', () => {
  it.each([
    ['nodeName', { nodeName: 'a', devices: [{ name: 'd0' }] }, ['a']],
    ['nodeSelector', { nodeSelector: zoneX, devices: [{ name: 'd0' }] }, ['a']],
    ['allNodes', { allNodes: true, devices: [{ name: 'd0' }] }, ['a', 'b']],
    ['per device, by name', { perDeviceNodeSelection: true, devices: [{ name: 'd0', nodeName: 'b' }] }, ['b']],
    [
      'per device, by selector',
      { perDeviceNodeSelection: true, devices: [{ name: 'd0', nodeSelector: zoneX }] },
      ['a'],
    ],
    ['per device, all', { perDeviceNodeSelection: true, devices: [{ name: 'd0', allNodes: true }] }, ['a', 'b']],
    ['no association', { devices: [{ name: 'd0' }] }, []],
  ])('reads the node association: %s', (_, spec, expected) => {
    expect(readPools([slice(spec)], nodes)[0]?.devices[0]?.nodes).toEqual(expected);
  });

  it('lets only the newest generation count', () => {
    const old = slice({ nodeName: 'a', devices: [{ name: 'gone' }] });
    const fresh = slice({
      nodeName: 'a',
      pool: { name: 'p', generation: 2, resourceSliceCount: 1 },
      devices: [{ name: 'd0' }, { name: 'd1' }],
    });
    const [pool] = readPools([old, fresh], nodes);
    expect(pool?.devices.map((device) => device.name)).toEqual(['d0', 'd1']);
    expect(pool?.complete).toBe(true);
  });

  it('says when slices of the pool are missing', () => {
    const [pool] = readPools(
      [slice({ pool: { name: 'p', generation: 1, resourceSliceCount: 2 }, devices: [] })],
      nodes,
    );
    expect(pool).toMatchObject({ complete: false, slices: 1, expectedSlices: 2 });
  });

  it('reads v1beta1, where the fields are under basic', () => {
    const basic = {
      attributes: {
        model: { string: 'm1' },
        driverVersion: { version: '1.2.3' },
        index: { int: 0 },
        ok: { bool: false },
      },
      capacity: { memory: { value: '80Gi' } },
    };
    const [pool] = readPools(
      [slice({ nodeName: 'a', devices: [{ name: 'd0', basic }] }, 'resource.k8s.io/v1beta1')],
      nodes,
    );
    expect(pool?.devices[0]).toMatchObject({
      attributes: { model: 'm1', driverVersion: '1.2.3', index: 0, ok: false },
      capacity: { memory: '80Gi' },
    });
  });

  it('knows a tainted device', () => {
    const taints = [{ key: 'bad', effect: 'NoSchedule' }];
    const devices = [
      { name: 'd0', taints },
      { name: 'd1', taints: [{ key: 'x', effect: 'None' }] },
    ];
    expect(readPools([slice({ nodeName: 'a', devices })], nodes)[0]?.devices.map((device) => device.tainted)).toEqual([
      true,
      false,
    ]);
  });
});

describe('allocatedDevices', () => {
  it('does not count administrative access', () => {
    const claim = (results: unknown[]) => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'c' },
      status: { allocation: { devices: { results } } },
    });
    const result = { driver: 'd', pool: 'p', device: 'x' };
    expect([...allocatedDevices([claim([result]), claim([{ ...result, device: 'y', adminAccess: true }])])]).toEqual([
      'd/p/x',
    ]);
    expect([...allocatedDevices([{ apiVersion: 'v1', kind: 'X', metadata: {} }])]).toEqual([]);
  });
});
