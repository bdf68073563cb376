import { describe, expect, it } from 'vitest';
import { milliseconds, showDuration } from './duration.ts';

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['60s', 60_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    [1234, 1234],
  ])('%s', (text, ms) => {
    expect(milliseconds(text)).toBe(ms);
  });

  it.each(['', '5', 's', '5 s', '-5s', '5d', Number.NaN, -1, Number.POSITIVE_INFINITY])(
    '%s is none, never "no limit"',
    (text) => {
      expect(() => milliseconds(text)).toThrow(/is not a duration/);
    },
  );

  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [61_200, '61 s'],
    [200_000, '3 m 20 s'],
    [180_000, '3 m'],
  ])('%s ms reads %s', (ms, text) => {
    expect(showDuration(ms)).toBe(text);
  });
});
