import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startDelay } from './start-delay.ts';

describe('the delay of an act at the start of a run', () => {
  it('is none for the acts that decide the wall time, and for those nearly as long', () => {
    expect(startDelay({ place: 0, leastWait: 195_000, longest: 195_000 })).toBe(0);
    expect(startDelay({ place: 2, leastWait: 180_000, longest: 195_000 })).toBe(0);
    expect(startDelay({ place: 4, leastWait: 60_000, longest: 60_000 })).toBe(0);
  });

  it('gives them a head start, and keeps the others apart', () => {
    expect(startDelay({ place: 3, leastWait: 60_000, longest: 195_000 })).toBe(26_000);
    expect(startDelay({ place: 4, leastWait: 60_000, longest: 195_000 })).toBe(28_000);
    expect(startDelay({ place: 30, leastWait: 0, longest: 195_000 })).toBe(65_000);
  });

  it('is none where no act has to wait', () => {
    expect(startDelay({ place: 9, leastWait: 0, longest: 0 })).toBe(0);
  });

  it('never takes more than a third of what the act has to spare', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(600_000), fc.nat(600_000), (place, leastWait, longest) => {
        const delay = startDelay({ place, leastWait, longest });
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay * 3).toBeLessThanOrEqual(Math.max(0, longest - leastWait) + 0.01);
      }),
    );
  });
});
