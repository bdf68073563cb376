import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../inventory/inventory.ts';
import { withLoad } from './load-option.ts';

const inventory = {
  acceleratorLoads: [
    { vendor: 'one', image: 'python:3', script: 'a', allocates: { amount: 256, unit: 'MiB' } },
    { vendor: 'two', script: 'b' },
  ],
} as unknown as Inventory;
const loads = (acceleratorLoad?: string): unknown =>
  withLoad(inventory, acceleratorLoad === undefined ? {} : { acceleratorLoad }).acceleratorLoads;

describe('--accelerator-load', () => {
  it('leaves the known programs where it is not given', () => {
    expect(loads()).toBe(inventory.acceleratorLoads);
  });

  it('puts a command of an image in the place of every program', () => {
    expect(loads('r.example.com:5000/burn@sha256:0=exec /burn --size=1')).toEqual([
      { vendor: '*', image: 'r.example.com:5000/burn@sha256:0', script: 'exec /burn --size=1' },
    ]);
  });

  it('puts an image alone in the place of the images of known programs, which do not change', () => {
    expect(loads('mirror.example.com/python:3')).toEqual([
      { vendor: 'one', image: 'mirror.example.com/python:3', script: 'a', allocates: { amount: 256, unit: 'MiB' } },
      { vendor: 'two', script: 'b' },
    ]);
  });

  it.each(['', '=x', 'image=', 'an image', 'an image=x'])('does not take %j', (words) => {
    expect(() => loads(words)).toThrow(expect.objectContaining({ code: 'bad-load' }));
  });
});
