import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import type { Facts } from '../../case-kit/index.ts';
import { oneSlot, quotaFor, slotsOf, tokenOf } from './slots.ts';

type Node = { name: string; cpu: number; memory?: number; candidate?: boolean };

function facts(nodes: readonly Node[], supplies: readonly { node: string; mode: string; free: number }[] = []): Facts {
  return {
    inventory: {
      nodes: nodes.map(({ name, cpu, memory = 0, candidate = true }) => ({
        name,
        candidate,
        labels: { 'kubernetes.io/hostname': `host-${name}` },
        tolerations: [],
        free: { cpu, memory, pods: 100 },
      })),
      accelerators: supplies.map((one) => ({ ...one, name: 'nvidia.com/gpu', usable: 8, devices: [] })),
    },
  } as unknown as Facts;
}

describe('slots', () => {
  it('are accelerators that other cases do not hold, then shares of nodes, then the other accelerators', () => {
    const nodes = [
      { name: 'a', cpu: 2, memory: 8 * 1024 ** 3 },
      { name: 'b', cpu: 4 },
      { name: 'c', cpu: 8, candidate: false },
      { name: 'd', cpu: 0.1 },
    ];
    const supplies = [
      { node: 'a', mode: 'device-plugin', free: 4 },
      { node: 'b', mode: 'device-plugin', free: 1 },
      { node: 'b', mode: 'dra', free: 4 },
      { node: 'c', mode: 'device-plugin', free: 8 },
      { node: 'd', mode: 'device-plugin', free: 2 },
    ];
    const found = slotsOf(facts(nodes, supplies));
    expect(found.map((slots) => [tokenOf(slots), slots.amount, slots.count, slots.hostname])).toEqual([
      ['accelerators/d', '1', 2, 'host-d'],
      ['slots/b/cpu', '1142m', 3, 'host-b'],
      ['slots/a/cpu', '571m', 3, 'host-a'],
      ['slots/a/memory', '2340Mi', 3, 'host-a'],
      ['accelerators/a', '1', 4, 'host-a'],
    ]);
    expect(oneSlot(found[0] ?? ({} as never))).toEqual({ limits: { 'nvidia.com/gpu': '1' } });
    expect(oneSlot(found[3] ?? ({} as never))).toEqual({ requests: { memory: '2340Mi' } });
  });

  it('of CPU: all of them fit, with room for something small, and one more never does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 256_000 }), (milli) => {
        const [slots] = slotsOf(facts([{ name: 'a', cpu: milli / 1000 }]));
        const one = Number(slots?.amount.replace('m', ''));
        expect(3 * one + Math.floor(one / 2)).toBeLessThanOrEqual(milli);
        expect(4 * one).toBeGreaterThan(milli);
      }),
    );
  });

  it('are none on a node that is nearly full', () => {
    expect(slotsOf(facts([{ name: 'a', cpu: 0.2 }]))).toEqual([]);
  });

  it.each([
    ['542m', 3, '1626m'],
    ['1', 4, '4'],
    ['20Mi', 3, '60Mi'],
  ])('%s: quota for %i', (amount, count, quota) => {
    expect(quotaFor({ amount }, count)).toBe(quota);
  });
});
