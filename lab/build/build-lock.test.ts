import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { silent } from '../progress/progress.ts';
import { lockBuilds } from './build-lock.ts';

const unique = (): string => `/nowhere/${process.pid}-${Math.random()}`;

/** Another process that holds the lock until it is killed. */
async function holder(cache: string): Promise<ReturnType<typeof spawn>> {
  const code = `
    const { lockBuilds } = await import(${JSON.stringify(new URL('./build-lock.ts', import.meta.url).href)});
    await lockBuilds(${JSON.stringify(cache)}, { step: () => () => {}, note: () => {} });
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('lockBuilds', () => {
  it('lets one in at a time, and says whom it waits for', async () => {
    const cache = unique();
    const said: string[] = [];
    const first = await lockBuilds(cache, silent);
    let entered = false;
    const progress = {
      step: (text: string) => {
        said.push(text);
        return () => {};
      },
      note: () => {},
    };
    const second = lockBuilds(cache, progress).then((lock) => {
      entered = true;
      return lock;
    });
    await expect.poll(() => said.length).toBe(1);
    expect(entered).toBe(false);
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(entered).toBe(true);
    expect(said[0]).toBe(`waiting for another build of the lab (process ${process.pid}) to end`);
  });

  it('is free at once when the process that held it is killed', async () => {
    const cache = unique();
    const child = await holder(cache);
    const waiting = lockBuilds(cache, silent);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    const lock = await waiting;
    expect(await ended).toEqual([null, 'SIGKILL']);
    await lock[Symbol.asyncDispose]();
  });

  it('does not make builds into different caches wait for each other', async () => {
    await using _one = await lockBuilds(unique(), silent);
    const second = lockBuilds(unique(), silent);
    const first = await Promise.race([second.then(() => 'the second lock'), delay(5_000, 'the end of patience')]);
    expect(first).toBe('the second lock');
    await (await second)[Symbol.asyncDispose]();
  });

  it('stops waiting when it is told to', async () => {
    const cache = unique();
    await using _first = await lockBuilds(cache, silent);
    const stop = new AbortController();
    const waiting = lockBuilds(cache, silent, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
