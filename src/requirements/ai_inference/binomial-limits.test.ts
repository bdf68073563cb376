import { describe, expect, it } from 'vitest';
import { binomialLimits, sharesOf } from './judging.ts';

/** P(X = k) for X ~ Bin(n, p), exact with big integers: p as a fraction of `of`. */
function exactly(n: number, [part, of]: readonly [number, number], k: number): number {
  let choose = 1n;
  for (let i = 1n; i <= BigInt(k); i++) choose = (choose * (BigInt(n) - BigInt(k) + i)) / i;
  const above = choose * BigInt(part) ** BigInt(k) * BigInt(of - part) ** BigInt(n - k);
  const scale = 10n ** 40n;
  return Number((above * scale) / BigInt(of) ** BigInt(n)) / 1e40;
}

function within(n: number, p: readonly [number, number], limits: { least: number; most: number }): number {
  let sum = 0;
  for (let k = limits.least; k <= limits.most; k++) sum += exactly(n, p, k);
  return sum;
}

describe('binomialLimits', () => {
  it.each([
    [500, 0.8, 360, 440],
    [500, 0.2, 60, 140],
    [100, 0.8, 62, 98],
    [100, 0.2, 2, 38],
    [100, 0.5, 28, 72],
  ])('of %i at %f is %i to %i', (n, p, least, most) => {
    expect(binomialLimits(n, p)).toEqual({ least, most });
  });

  it('leaves a share of nothing no room, and stays between 0 and n', () => {
    expect(binomialLimits(500, 0)).toEqual({ least: 0, most: 0 });
    expect(binomialLimits(500, 1)).toEqual({ least: 500, most: 500 });
    expect(binomialLimits(10, 0.8)).toEqual({ least: 3, most: 10 });
  });

  it('is exceeded by a right platform about once in 100,000 runs, by the exact binomial distribution', () => {
    const outside = 1 - within(500, [4, 5], binomialLimits(500, 0.8));
    expect(outside).toBeCloseTo(7.73e-6, 8);
    expect(1 - within(100, [4, 5], binomialLimits(100, 0.8))).toBeCloseTo(9.69e-6, 8);
    expect(1 - within(100, [1, 2], binomialLimits(100, 0.5))).toBeCloseTo(4.69e-6, 8);
  });

  it('catches a platform that ignores weights, has them swapped, or is off by a tenth', () => {
    const limits = binomialLimits(500, 0.8);
    expect(within(500, [1, 2], limits)).toBeLessThan(1e-22);
    expect(within(500, [1, 3], limits)).toBeLessThan(1e-39);
    expect(within(500, [1, 5], limits)).toBeLessThan(1e-39);
    // 0.7 instead of 0.8: caught in 82 of 100 runs.
    expect(within(500, [7, 10], limits)).toBeCloseTo(0.177, 3);
  });
});

describe('sharesOf', () => {
  it('divides by the sum, whatever it is', () => {
    expect(sharesOf({ a: 80, b: 20, c: 0 })).toEqual({ a: 0.8, b: 0.2, c: 0 });
    expect(sharesOf({ a: 3, b: 1 })).toEqual({ a: 0.75, b: 0.25 });
    expect(sharesOf({ a: 0, b: 0 })).toEqual({ a: 0, b: 0 });
  });
});
