import { ServerError, ThrottledError, UnreachableError } from '../error/api-error.ts';

export interface RetryFacts {
  error: unknown;
  method: string;
  /** 1 for the first try. */
  attempt: number;
  /** Retry-After of the answer, seconds. */
  retryAfterSeconds: number | undefined;
  /** Milliseconds since the first failure of this request to reach the API server. */
  outageMs: number;
  /** How long an outage is waited out; 0 when the API server has never answered. */
  outageBudgetMs: number;
  /** Milliseconds until the deadline. */
  remainingMs: number;
  /** 0..1 */
  random: number;
}

/**
 * How long to wait before the next try, or undefined when the error stands.
 * - 429, and 5xx with Retry-After: the API server did nothing and says when to come back. Any method.
 *   A 429 of the eviction API without Retry-After is a disruption budget's answer, not a throttle.
 * - no connection: any method when nothing was sent, reads also when the connection broke; never once a write may have
 *   been carried out.
 */
export function retryDelayMs(facts: RetryFacts): number | undefined {
  const delay = wanted(facts);
  return delay === undefined || delay >= facts.remainingMs ? undefined : delay;
}

function wanted({
  error,
  method,
  attempt,
  retryAfterSeconds,
  outageMs,
  outageBudgetMs,
  random,
}: RetryFacts): number | undefined {
  if (error instanceof ThrottledError || (error instanceof ServerError && retryAfterSeconds !== undefined)) {
    if (retryAfterSeconds === undefined && error.path?.includes('/eviction')) return undefined;
    const asked = retryAfterSeconds === undefined ? Math.min(8000, 250 * 2 ** attempt) : retryAfterSeconds * 1000;
    return asked + random * 250;
  }
  if (error instanceof UnreachableError) {
    const safe = !error.maybeDone || method === 'GET' || method === 'HEAD';
    if (!safe || outageMs >= outageBudgetMs) return undefined;
    return Math.min(2000, 100 * 1.7 ** (attempt - 1)) * (0.5 + random / 2);
  }
  return undefined;
}
