import { expect, it } from 'vitest';
import { acceleratorKinds } from './accelerator-kinds.ts';
import type { AcceleratorSupply } from './accelerators.ts';
import type { Inventory } from './inventory.ts';

const node = (name: string, is: object = {}) => ({
  name,
  candidate: true,
  labels: {},
  containerRuntime: 'containerd://2.1.1',
  osImage: 'Linux',
  ...is,
});
const supply = (on: string, free: number, is: Partial<AcceleratorSupply> = {}) => ({
  node: on,
  mode: 'device-plugin',
  name: 'a.com/gpu',
  usable: 4,
  free,
  devices: [],
  ...is,
});
const kinds = (nodes: object[], accelerators: object[]) =>
  acceleratorKinds({ nodes, accelerators } as unknown as Inventory).map((kind) => [
    kind.node.name,
    kind.is,
    kind.alike.map((other) => other.node.name),
  ]);

it('takes nodes that look alike for one kind, seen on the node where most is free', () => {
  expect(kinds([node('a'), node('b'), node('c')], [supply('a', 1), supply('b', 4), supply('c', 2)])).toEqual([
    ['b', 'containerd://2.1.1, Linux', ['c', 'a']],
  ]);
});

it('tells kinds apart by attributes of DRA devices, and never by those that differ from device to device', () => {
  const dra = (on: string, productName: string): object => {
    const device = (uuid: string) => ({ attributes: { productName, uuid, driverVersion: '580.1.0' } });
    return supply(on, 2, { mode: 'dra', name: 'gpu.a.com', devices: [device('x'), device('y')] as never });
  };
  expect(kinds([node('a'), node('b'), node('c')], [dra('a', 'H100'), dra('b', 'H100'), dra('c', 'A100')])).toEqual([
    ['a', 'containerd://2.1.1, Linux, 580.1.0, H100', ['b']],
    ['c', 'containerd://2.1.1, Linux, 580.1.0, A100', []],
  ]);
});
