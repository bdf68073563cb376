import { describe, expect, it } from 'vitest';
import { betweenTwoPods } from './between-two-pods.ts';
import { gpu, log, logs, outcome, tried } from './testing/judged-logs.ts';

describe('between two pods', () => {
  const judge = (first: string, second: string): string =>
    outcome(betweenTwoPods, logs({ 'one-more': first, shared: second }));

  it('passes when they differ and the other is refused', () => {
    expect(judge(log(gpu(0)), log(gpu(1), tried(0)))).toBe('pass');
  });
  it('fails when both have the same device (M6)', () => {
    expect(judge(log(gpu(0)), log(gpu(0), tried(0, 'ok')))).toMatch(/^fail: both hold c 195:0/);
  });
  it('fails when one reaches the other', () => {
    expect(judge(log(gpu(0)), log(gpu(1), tried(0, 'ok')))).toMatch(/^fail: .* made a node for c 195:0/);
    expect(judge(log(gpu(0)), log(gpu(0), gpu(1), tried(0)))).toMatch(/^fail/);
  });
  it('cannot know when one of them saw nothing', () => {
    expect(judge(log(gpu(0)), log(tried(0)))).toMatch(/^inconclusive/);
  });
});
