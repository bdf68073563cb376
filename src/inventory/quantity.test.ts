import { describe, expect, it } from 'vitest';
import { quantity } from './quantity.ts';

describe('quantity', () => {
  it.each([
    ['0', 0],
    ['2', 2],
    ['500m', 0.5],
    ['1.5', 1.5],
    ['16Gi', 16 * 1024 ** 3],
    ['128974848', 128974848],
    ['129e6', 129e6],
    ['129M', 129e6],
    ['123Mi', 123 * 1024 ** 2],
    ['1E', 1e18],
    ['1e3', 1000],
    ['.5', 0.5],
    [4, 4],
  ])('%s', (text, expected) => {
    expect(quantity(text)).toBeCloseTo(expected, 6);
  });

  it.each([['1 Gi'], [''], ['Gi'], ['1GB'], [null], [undefined], [Number.NaN], ['1e'], ['--1']])(
    'refuses %s',
    (text) => {
      expect(quantity(text)).toBeUndefined();
    },
  );
});
