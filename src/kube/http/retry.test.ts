import { describe, expect, it } from 'vitest';
import { NotFoundError, ServerError, ThrottledError, UnreachableError } from '../error/api-error.ts';
import { type RetryFacts, retryDelayMs } from './retry.ts';

const throttled = (path = '/api'): ThrottledError =>
  new ThrottledError('m', 'r', { retryAfterSeconds: undefined, path });
const unreachable = (maybeDone: boolean): UnreachableError => new UnreachableError('m', 'r', { maybeDone });
const delay = (facts: Partial<RetryFacts>): number | undefined =>
  retryDelayMs({
    error: throttled(),
    method: 'POST',
    attempt: 1,
    retryAfterSeconds: undefined,
    outageMs: 0,
    outageBudgetMs: 20_000,
    remainingMs: 30_000,
    random: 0,
    ...facts,
  });

describe('retryDelayMs', () => {
  it('does as Retry-After says, and never past the deadline', () => {
    expect(delay({ retryAfterSeconds: 3 })).toBe(3000);
    expect(delay({ retryAfterSeconds: 0 })).toBe(0);
    expect(delay({ retryAfterSeconds: 3, remainingMs: 2999 })).toBeUndefined();
    expect(delay({ error: new ServerError('m', 'r'), retryAfterSeconds: 1 })).toBe(1000);
    expect(delay({ error: new ServerError('m', 'r') })).toBeUndefined();
  });

  it('backs off when the server names no time, but takes an eviction’s 429 for an answer', () => {
    expect([1, 2, 3, 9].map((attempt) => delay({ attempt }))).toEqual([500, 1000, 2000, 8000]);
    expect(delay({ error: throttled('/api/v1/namespaces/a/pods/b/eviction') })).toBeUndefined();
  });

  it('never repeats a write that may have been carried out', () => {
    expect(delay({ error: unreachable(true) })).toBeUndefined();
    expect(delay({ error: unreachable(false) })).toBeGreaterThan(0);
    expect(delay({ error: unreachable(true), method: 'GET' })).toBeGreaterThan(0);
  });

  it('gives up when the outage is over its budget, at once when the server never answered', () => {
    expect(delay({ error: unreachable(false), outageMs: 20_000 })).toBeUndefined();
    expect(delay({ error: unreachable(false), outageBudgetMs: 0 })).toBeUndefined();
    expect(delay({ error: unreachable(false), attempt: 50 })).toBeLessThanOrEqual(2000);
  });

  it('leaves every other error alone', () => {
    expect(delay({ error: new NotFoundError('m', 'r'), retryAfterSeconds: 1 })).toBeUndefined();
  });
});
