import { describe, expect, it } from 'vitest';
import { acceleratorsOption } from './accelerators-option.ts';

describe('--accelerators', () => {
  it('is a number for every node', () => {
    expect(acceleratorsOption('4')).toBe(4);
    expect(() => acceleratorsOption('65')).toThrow(/0 to 64/);
  });

  it('or names nodes with their set-ups, the lab’s own among them', () => {
    expect(acceleratorsOption('node-1=nvidia-plugin, gpu-a=dra:4')).toEqual([
      { name: 'node-1', accelerators: 2, setup: 'nvidia-plugin' },
      { name: 'gpu-a', accelerators: 4, mode: 'dra' },
    ]);
    const again = acceleratorsOption('b=intel-plugin', acceleratorsOption('a=nvidia-dra'));
    expect(again).toMatchObject([{ name: 'a' }, { name: 'b', setup: 'intel-plugin' }]);
  });

  it.each([
    ['node-1', /neither a number nor NODE=SETUP/],
    ['node-1=nvidia-plugin,node-1=dra', /named twice/],
    ['node-1=nvidia-plugin:17', /1 to 16/],
    ['node-1=nvidia-plugin:0', /1 to 16/],
    ['node-1=nvidia', /no accelerator set-up named "nvidia"/],
  ])('refuses %s', (text, words) => {
    expect(() => acceleratorsOption(text)).toThrow(words);
  });
});
