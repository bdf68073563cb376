import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.ts';

describe('Deadline', () => {
  it('tells the deadline from a signal', async () => {
    using late = new Deadline(10, []);
    await expect(late.sleep(1_000)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(late.expired).toBe(true);
    const stop = new AbortController();
    using ended = new Deadline(10_000, [undefined, stop.signal]);
    const sleeping = ended.sleep(1_000);
    stop.abort('because');
    await expect(sleeping).rejects.toBe('because');
    expect(ended.expired).toBe(false);
    await expect(ended.race(new Promise(() => {}))).rejects.toBe('because');
  });

  it('is over at once when a signal already is', () => {
    using deadline = new Deadline(undefined, [AbortSignal.abort('before')]);
    expect(deadline.signal.reason).toBe('before');
    expect(deadline.remainingMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const run = new AbortController();
    for (let index = 0; index < 100; index += 1) {
      using deadline = new Deadline(10_000, [run.signal]);
      await deadline.sleep(0);
      expect(await deadline.race(Promise.resolve(index))).toBe(index);
      expect(getEventListeners(deadline.signal, 'abort')).toHaveLength(0);
    }
    expect(getEventListeners(run.signal, 'abort')).toHaveLength(0);
  });

  it('drops the deadline and keeps the signals when the answer goes on', async () => {
    const stop = new AbortController();
    using deadline = new Deadline(20, [stop.signal]);
    deadline.keepOpen();
    await deadline.sleep(60);
    expect(deadline.signal.aborted).toBe(false);
    stop.abort();
    expect(deadline.signal.aborted).toBe(true);
  });
});
