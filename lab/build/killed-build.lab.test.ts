import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../progress/progress.ts';
import { ensureBinaries } from './ensure-binaries.ts';

let folder: string;
let cache: string;
const before = process.env['PLIMSOLL_CACHE'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-killed-'));
  cache = join(folder, 'cache');
  process.env['PLIMSOLL_CACHE'] = cache;
});
afterEach(() => {
  if (before === undefined) delete process.env['PLIMSOLL_CACHE'];
  else process.env['PLIMSOLL_CACHE'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** A process that builds the registry, with an empty build cache of Go, so that it takes long enough to be killed. */
function building(): ChildProcess {
  const code = `
    const { ensureBinaries } = await import(${JSON.stringify(new URL('./ensure-binaries.ts', import.meta.url).href)});
    await ensureBinaries(['registry'], { step: () => () => {}, note: () => {} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, GOCACHE: join(folder, 'gocache') },
    stdio: 'inherit',
  });
}

/** Command lines of Go processes that write into this test's folder. */
function goProcesses(): string[] {
  return globSync('/proc/[0-9]*/cmdline').flatMap((file) => {
    try {
      const words = readFileSync(file, 'utf8').split('\0');
      return words[0]?.endsWith('go') && words.some((word) => word.includes(folder)) ? [words.join(' ')] : [];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}

describe('a build that is killed', () => {
  it('leaves nothing that is taken for a build, ends its compiler, and is made good by the next', async () => {
    const child = building();
    await expect.poll(() => goProcesses().length, { timeout: 60_000 }).toBe(1);
    expect(readdirSync(join(cache, 'bin')).map((name) => name.replace(/\d+$/, ''))).toEqual(['.building-registry-']);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    // Go lets the compilations under way come to their end.
    await expect.poll(goProcesses, { timeout: 60_000 }).toEqual([]);
    // It was broken off, not merely waited for.
    expect(globSync(join(cache, 'bin', '.building-registry-*', 'registry'))).toEqual([]);
    const built = (await ensureBinaries(['registry'], silent)).get('registry') ?? '';
    expect(existsSync(built)).toBe(true);
    expect(readdirSync(join(cache, 'bin')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('two builds at once', () => {
  it('make one binary: the second waits and finds it', async () => {
    const said: string[] = [];
    const listening = {
      step: (text: string) => {
        said.push(text);
        return () => {};
      },
      note: () => {},
    };
    const [one, other] = await Promise.all([
      ensureBinaries(['pause'], listening),
      ensureBinaries(['pause'], listening),
    ]);
    expect(one.get('pause')).toBe(other.get('pause'));
    expect(said.filter((text) => text.startsWith('building pause'))).toHaveLength(1);
  });
});
