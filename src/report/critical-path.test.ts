import { expect, it } from 'vitest';
import type { RunReport } from '../evidence/index.ts';
import { criticalPathText } from './critical-path.ts';

const report = (criticalPath?: RunReport['criticalPath']): RunReport =>
  ({ run: { ms: 75_000 }, ...(criticalPath === undefined ? {} : { criticalPath }) }) as RunReport;
const base = { case: 'b', ms: 65_000, leastWait: 60_000 };

it('says what the wall time was made of', () => {
  const chain = [
    { cases: ['a'], from: 0, to: 10_000, leastWait: 0, waitedFor: [] },
    { cases: ['b', 'c'], from: 10_000, to: 75_000, leastWait: 60_000, waitedFor: ['accelerators/n'] },
  ];
  const path = { ...base, longestWait: { case: 'b', ms: 60_000 }, ratio: 1.25, chain };
  expect(criticalPathText(report(path))).toBe(
    '75 s, 1.25 times the longest required wait (60 s, b); critical path: a (0 ms to 10 s), then b and 1 acted with it (10 s to 75 s, waited for accelerators/n)',
  );
});

it('says nothing of a report that has no chain, such as an older one', () => {
  expect(criticalPathText(report(base))).toBeUndefined();
  expect(criticalPathText(report())).toBeUndefined();
});
