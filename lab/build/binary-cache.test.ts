import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtBinaries, intoCache, sweepCache } from './binary-cache.ts';
import type { Component } from './components.ts';

const tool: Component = { name: 'tool', module: 'm', package: '.', links: ['alias'], coldSeconds: 1 };
const KEY = '0123456789abcdef';
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));
});
afterEach(() => {
  rmSync(cache, { recursive: true, force: true });
});

describe('binary cache', () => {
  it('has a build with its links once it is whole', async () => {
    expect(builtBinaries(cache, tool, KEY)).toBeUndefined();
    await intoCache(cache, tool, KEY, async (output) => writeFileSync(output, 'x'));
    const built = builtBinaries(cache, tool, KEY);
    expect([...(built ?? [])].map(([name]) => name)).toEqual(['tool', 'alias']);
    expect(readlinkSync(built?.get('alias') ?? '')).toBe('tool');
    expect(builtBinaries(cache, tool, 'fedcba9876543210')).toBeUndefined();
  });

  it('keeps nothing of a build that failed half-way', async () => {
    const build = intoCache(cache, tool, KEY, async (output) => {
      writeFileSync(output, 'half');
      throw new Error('killed');
    });
    await expect(build).rejects.toThrow('killed');
    expect(builtBinaries(cache, tool, KEY)).toBeUndefined();
    expect(readdirSync(join(cache, 'bin'))).toEqual([]);
  });

  it('sweeps what a killed build left and what nobody used for a month, and nothing else', async () => {
    const bin = join(cache, 'bin');
    for (const name of ['.building-tool-1', `old-${KEY}`, `new-${KEY}`, 'hand'])
      mkdirSync(join(bin, name), { recursive: true });
    const now = Date.now();
    const long = new Date(now - 31 * 24 * 3_600_000);
    utimesSync(join(bin, `old-${KEY}`), long, long);
    utimesSync(join(bin, 'hand'), long, long);
    sweepCache(cache, now);
    expect(readdirSync(bin).sort()).toEqual(['hand', `new-${KEY}`]);
  });

  it('marks a build as used, so that it is not swept', async () => {
    await intoCache(cache, tool, KEY, async (output) => writeFileSync(output, 'x'));
    const folder = join(cache, 'bin', `tool-${KEY}`);
    const long = new Date(Date.now() - 31 * 24 * 3_600_000);
    utimesSync(folder, long, long);
    builtBinaries(cache, tool, KEY);
    sweepCache(cache);
    expect(existsSync(folder)).toBe(true);
  });
});
