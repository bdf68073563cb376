import { describe, expect, it } from 'vitest';
import type { Inventory } from './inventory.ts';
import { limited } from './limited.ts';

const node = (name: string, labels: Record<string, string>): object => ({
  name,
  labels,
  candidate: true,
  free: { 'example.com/gpu': 4, cpu: 8 },
});
const inventory = {
  nodes: [node('a', { pool: 'ci' }), node('b', { pool: 'prod' })],
  accelerators: [
    { node: 'a', name: 'example.com/gpu', usable: 8, free: 4 },
    { node: 'b', name: 'example.com/gpu', usable: 8, free: 1 },
  ],
} as unknown as Inventory;

describe('what a user keeps from a run', () => {
  it('is nothing by default', () => {
    expect(limited(inventory, { leave: 0 })).toBe(inventory);
  });

  it('is every node that is not selected, with the reason', () => {
    const { nodes } = limited(inventory, { nodes: 'pool in (ci,test)', leave: 0 });
    expect(nodes.map(({ candidate, why }) => [candidate, why])).toEqual([
      [true, undefined],
      [false, '--nodes pool in (ci,test) leaves it out'],
    ]);
  });

  it('is so many devices of each node, and says so', () => {
    const { accelerators, nodes } = limited(inventory, { leave: 2 });
    expect(accelerators.map(({ free, usable, left }) => [free, usable, left])).toEqual([
      [2, 8, 2],
      [0, 8, 2],
    ]);
    expect(nodes[0]?.free).toEqual({ 'example.com/gpu': 2, cpu: 8 });
  });
});
