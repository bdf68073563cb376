import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import {
  classesFor,
  classify,
  doubleAdvertised,
  draSupplies,
  isExtendedResource,
  pluginSupplies,
} from './accelerators.ts';
import type { DraObjects } from './dra-supplies.ts';
import { nodeFacts } from './node-facts.ts';
import { readPools } from './resource-slices.ts';
import { TABLES } from './tables.ts';

const node = (name: string, allocatable: Record<string, string>) =>
  nodeFacts({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: {
      allocatable,
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { operatingSystem: 'linux', architecture: 'amd64' },
    },
  });
const driver = 'gpu.nvidia.com';
const slice = (extra: Record<string, unknown> = {}) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceSlice',
  metadata: { name: 's' },
  spec: {
    driver,
    pool: { name: 'a', generation: 1, resourceSliceCount: 1 },
    nodeName: 'a',
    devices: [{ name: 'gpu-0' }, { name: 'gpu-1' }],
    ...extra,
  },
});

function published(one: KubeObject, claims: readonly KubeObject[] = []): DraObjects {
  return { pools: readPools([one], [node('a', {})]), claims, classes: [], taintRules: [] };
}

describe('classify', () => {
  it.each([
    ['nvidia.com/gpu', 'accelerator'],
    ['nvidia.com/gpu.shared', 'fractional'],
    ['nvidia.com/mig-1g.10gb', 'fractional'],
    ['huawei.com/Ascend910', 'accelerator'],
    ['huawei.com/Ascend910-16c', 'fractional'],
    ['rdma/hca_shared_devices_a', 'network'],
    ['devices.kubevirt.io/kvm', 'other'],
    ['example.com/npu', undefined],
  ])('%s', (name, expected) => {
    expect(classify(name, TABLES)?.class).toBe(expected);
  });
});

describe('isExtendedResource', () => {
  it.each(['cpu', 'memory', 'pods', 'hugepages-2Mi', 'attachable-volumes-csi-x', 'node.kubernetes.io/foo'])(
    'not %s',
    (name) => {
      expect(isExtendedResource(name)).toBe(false);
    },
  );
});

describe('pluginSupplies', () => {
  it('counts what is free and lists what no table knows', () => {
    const requested = new Map([['a', { 'amd.com/gpu': 3 }]]);
    const { supplies, unknown } = pluginSupplies(
      [node('a', { cpu: '4', 'amd.com/gpu': '8', 'example.com/thing': '2' })],
      requested,
      TABLES,
    );
    expect(supplies).toMatchObject([{ name: 'amd.com/gpu', vendor: 'amd', usable: 8, free: 5, mode: 'device-plugin' }]);
    expect(unknown).toEqual([{ node: 'a', name: 'example.com/thing', amount: 2, free: 2 }]);
  });

  it('keeps a registered resource without a healthy device', () => {
    expect(pluginSupplies([node('a', { 'amd.com/gpu': '0' })], new Map(), TABLES).supplies).toMatchObject([
      { usable: 0 },
    ]);
  });
});

describe('draSupplies', () => {
  const nodes = [node('a', { cpu: '1' })];
  const claim = {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'c' },
    status: { allocation: { devices: { results: [{ driver, pool: 'a', device: 'gpu-1' }] } } },
  };

  it('counts devices that no claim holds', () => {
    const { supplies } = draSupplies(published(slice(), [claim]), nodes, TABLES);
    const [supply] = supplies;
    expect(supply).toMatchObject({ mode: 'dra', name: driver, vendor: 'nvidia', usable: 2, free: 1 });
    expect(supply?.devices.map((device) => device.free)).toEqual([true, false]);
  });

  it('offers nothing of an incomplete pool, and nothing of a network driver', () => {
    const partial = slice({ pool: { name: 'a', generation: 1, resourceSliceCount: 2 } });
    expect(draSupplies(published(partial), nodes, TABLES).supplies).toMatchObject([
      { usable: 0, free: 0, devices: [] },
    ]);
    for (const other of ['dra.net', 'sriov.example.com', 'dra-driver-cpu.example.com'])
      expect(draSupplies(published(slice({ driver: other })), nodes, TABLES)).toEqual({ supplies: [], others: [] });
  });

  it.each([
    ['npu.example.com', 'device'],
    ['things.example.com', 'unknown'],
  ])('lists a driver that no table knows without a vendor: %s', (other, unit) => {
    const { supplies } = draSupplies(published(slice({ driver: other })), nodes, TABLES);
    expect(supplies).toMatchObject([{ vendor: undefined, usable: 2, unit }]);
  });
});

describe('classesFor', () => {
  const deviceClass = (name: string, expression: string) => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name },
    spec: { selectors: [{ cel: { expression } }] },
  });

  it('prefers the table, then the name, then the text', () => {
    const classes = [
      deviceClass('mine', `device.driver == "${driver}"`),
      deviceClass(driver, 'true'),
      deviceClass('other', 'device.driver == "x"'),
    ];
    expect(classesFor(driver, classes, [])).toEqual([driver, 'mine']);
    expect(classesFor('x', classes, ['mine', 'absent'])).toEqual(['mine', 'other']);
  });
});

describe('doubleAdvertised', () => {
  it('finds a node with both ways for one vendor', () => {
    const nodes = [node('a', { 'nvidia.com/gpu': '2' })];
    const supplies = [
      ...pluginSupplies(nodes, new Map(), TABLES).supplies,
      ...draSupplies(published(slice()), nodes, TABLES).supplies,
    ];
    expect(doubleAdvertised(supplies)).toEqual([{ node: 'a', names: ['nvidia.com/gpu', driver] }]);
    expect(doubleAdvertised(supplies.slice(0, 1))).toEqual([]);
  });
});
