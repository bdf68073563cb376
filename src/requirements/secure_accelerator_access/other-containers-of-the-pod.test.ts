import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { otherContainersOfThePod } from './other-containers-of-the-pod.ts';
import { gpu, log, logs, tried } from './testing/judged-logs.ts';

describe('other containers of the pod', () => {
  const judge = (beside: string, before: string): string =>
    resultOf(
      otherContainersOfThePod,
      logs({ 'shared/probe': log(gpu(0)), 'shared/beside': beside, 'shared/before': before }).completed(),
    );

  it('passes when only the one that asked reaches it', () => {
    expect(judge(log(tried(0)), log(tried(0)))).toBe('pass');
  });
  it('fails for a sidecar (M2, M8) and for an init container (M11)', () => {
    expect(judge(log(gpu(0), tried(0)), log(tried(0)))).toMatch(/^fail: .*shared\/beside/);
    expect(judge(log(tried(0)), log(tried(0, 'ok')))).toMatch(/^fail: .*shared\/before/);
  });
  it('cannot know when one did not report', () => {
    expect(judge(log(tried(0)), '')).toMatch(/^inconclusive/);
  });
});
