import { expect, it } from 'vitest';
import { testCase } from '../testing/test-cases.ts';
import { criticalPath } from './critical-path.ts';
import type { CaseRun } from './run-case.ts';

function ran(name: string, from: number, to: number, is: Partial<CaseRun> & { queued?: number } = {}): CaseRun {
  const one = testCase(name, {});
  const { queued = 0, ...rest } = is;
  return {
    planned: { id: one.id, case: one, params: null, needs: {} },
    startedAt: from,
    ms: { queued, setUp: 0, act: to - from, tearDown: 0, all: to - from },
    leastWait: 0,
    together: [],
    tokens: [],
    freedAt: to,
    leftovers: [],
    ...rest,
  };
}

it('goes back from the act that ended last over those whose tokens were waited for', () => {
  const path = criticalPath(
    [
      ran('beside', 0, 70_000, { leastWait: 60_000 }),
      ran('first', 0, 30_000, { tokens: ['accelerators/n'], freedAt: 25_000, leastWait: 20_000 }),
      ran('other', 0, 24_000, { tokens: ['gateway'] }),
      ran('second', 25_000, 75_000, { tokens: ['accelerators/n'], queued: 25_000, leastWait: 40_000, together: ['x'] }),
    ],
    75_500,
  );
  expect(path).toEqual({
    case: 'gang_scheduling/second',
    ms: 50_000,
    leastWait: 40_000,
    longestWait: { case: 'gang_scheduling/beside', ms: 60_000 },
    ratio: 1.26,
    chain: [
      { cases: ['gang_scheduling/first'], from: 0, to: 30_000, leastWait: 20_000, waitedFor: [] },
      {
        cases: ['gang_scheduling/second', 'x'],
        from: 25_000,
        to: 75_000,
        leastWait: 40_000,
        waitedFor: ['accelerators/n'],
      },
    ],
  });
});

it('is not there when nothing ran', () => {
  expect(criticalPath([], 10)).toBeUndefined();
});
