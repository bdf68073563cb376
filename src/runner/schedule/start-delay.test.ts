import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { startDelay } from './start-delay.ts';

describe('the delay of an act at the start of a run', () => {
  it('is none for the longest, and short for those that are nearly as long', () => {
    expect(startDelay({ place: 0, takes: 225_000, longest: 225_000 })).toBe(0);
    expect(startDelay({ place: 2, takes: 216_000, longest: 225_000 })).toBe(3000);
  });

  it('gives them a head start, and keeps the others apart', () => {
    const delays = [3, 4, 30].map((place) => startDelay({ place, takes: 60_000, longest: 200_000 }));
    expect(delays).toEqual([26_000, 28_000, 46_666]);
  });

  it('is none where no act takes any time', () => {
    expect(startDelay({ place: 9, takes: 0, longest: 0 })).toBe(0);
  });

  it('never takes more than a third of what the act has to spare', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(600_000), fc.nat(600_000), (place, takes, longest) => {
        const delay = startDelay({ place, takes, longest });
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay * 3).toBeLessThanOrEqual(Math.max(0, longest - takes));
      }),
    );
  });
});
