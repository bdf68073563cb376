import { describe, expect, it } from 'vitest';
import {
  ApiMissingError,
  ForbiddenError,
  GoneError,
  ServerError,
  TimeoutError,
  TlsError,
  UnreachableError,
} from '../error/api-error.ts';
import { Recovery, type StreamEnd } from './recovery.ts';

const limits = { refusalMs: 30_000, backoffMs: { first: 100, most: 5_000 } };
const unreachable = new UnreachableError('m', 'r', { maybeDone: false });
const gone = new GoneError('GET: too old', 'r', { said: 'too old' });
const permission = {
  verb: 'watch',
  group: '',
  resource: 'pods',
  namespace: undefined,
  name: undefined,
  nonResourcePath: undefined,
};
const forbidden = new ForbiddenError('m', 'r', { permission, user: 'u' });
const end = (change: Partial<StreamEnd>): StreamEnd => ({
  failure: undefined,
  frames: 0,
  ms: 5_000,
  synced: true,
  now: 0,
  ...change,
});
const fresh = (): Recovery => new Recovery(limits, () => 1);

describe('Recovery', () => {
  it('goes on at once when the server ended the stream in good order', () => {
    expect(fresh().ended(end({}))).toEqual({ next: 'at-once', delayMs: 0, relist: undefined });
    expect(fresh().ended(end({ ms: 5, frames: 3 }))).toMatchObject({ next: 'at-once' });
  });

  it('waits longer and longer while the server is away, and begins anew after a stream that worked', () => {
    const recovery = fresh();
    const delays = Array.from({ length: 8 }, () => recovery.ended(end({ failure: unreachable })).delayMs);
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(recovery.ended(end({ failure: unreachable, frames: 1 })).delayMs).toBe(100);
  });

  it('spreads the waiting of many clients', () => {
    expect(new Recovery(limits, () => 0).ended(end({ failure: unreachable })).delayMs).toBe(50);
  });

  it('never gives up on trouble that passes', () => {
    const recovery = fresh();
    for (let now = 0; now < 1e9; now += 1e6) {
      expect(recovery.ended(end({ failure: unreachable, now })).next).toBe('after-pause');
      expect(recovery.ended(end({ failure: new ServerError('m', 'r'), now })).next).toBe('after-pause');
      expect(recovery.ended(end({ failure: new TimeoutError('m', 'r', { by: 'client' }), now })).next).toBe(
        'after-pause',
      );
    }
  });

  it('lists anew after a 410, the first time without waiting', () => {
    const recovery = fresh();
    expect(recovery.ended(end({ failure: gone }))).toEqual({ next: 'at-once', delayMs: 0, relist: 'too old' });
    expect(recovery.ended(end({ failure: gone }))).toMatchObject({ next: 'after-pause', relist: 'too old' });
    expect(recovery.ended(end({ failure: gone, frames: 1 }))).toMatchObject({ next: 'at-once', relist: 'too old' });
    // Also at the end of an outage: a server that answers is back.
    const away = fresh();
    for (let index = 0; index < 9; index += 1) away.ended(end({ failure: unreachable }));
    expect(away.ended(end({ failure: gone }))).toMatchObject({ next: 'at-once' });
    expect(away.ended(end({ failure: unreachable })).delayMs).toBe(100);
  });

  it('gives up at once on a refusal when it never worked, later when it did', () => {
    for (const failure of [forbidden, new ApiMissingError('m', 'r'), new TlsError('m', 'r')]) {
      expect(fresh().ended(end({ failure, synced: false })).next).toBe('give-up');
    }
    const recovery = fresh();
    expect(recovery.ended(end({ failure: forbidden, now: 0 })).next).toBe('after-pause');
    expect(recovery.ended(end({ failure: forbidden, now: 29_999 })).next).toBe('after-pause');
    // A stream in between that worked starts the patience anew.
    expect(recovery.ended(end({ failure: forbidden, frames: 1, now: 30_000 })).next).toBe('after-pause');
    expect(recovery.ended(end({ failure: forbidden, now: 60_000 })).next).toBe('give-up');
  });

  it('does not wait out a bug of its own', () => {
    expect(fresh().ended(end({ failure: new TypeError('x is not a function') })).next).toBe('give-up');
  });

  it('lists anew when a resourceVersion is from the future: the stream just ends, or a 504 says so', () => {
    const tooLarge = new TimeoutError('m', 'r', {
      by: 'server',
      said: 'Timeout: Too large resource version: 9, current: 5',
    });
    for (const failure of [undefined, tooLarge]) {
      const recovery = fresh();
      const steps = [1, 2, 3].map(() => recovery.ended(end({ failure, ms: 10 })));
      expect(steps.map((step) => step.relist !== undefined)).toEqual([false, false, true]);
    }
  });
});
