import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LAB_PACKAGES, missingPackages, packageFile } from './debian-packages.ts';
import { checkRoom } from './disk-room.ts';
import { inWords, readTimings, rememberTiming } from './timings.ts';

const GIB = 1024 ** 3;

describe('checkRoom', () => {
  it('adds up what lies on one disk', () => {
    const needs = [
      { folder: '/a', bytes: 3 * GIB },
      { folder: '/b', bytes: 3 * GIB },
    ];
    checkRoom(needs, (folder) => ({ free: 4 * GIB, device: folder }));
    expect(() => checkRoom(needs, () => ({ free: 4 * GIB, device: 'one' }))).toThrow(
      'building the lab needs about 6.0 GiB of disk for /a, /b, and 4.0 GiB is free',
    );
  });
});

describe('Debian packages', () => {
  it('are missing only if none of their files is there', () => {
    expect(missingPackages(LAB_PACKAGES, () => true)).toEqual([]);
    const withoutNft = (file: string): boolean => !file.endsWith('/nft');
    expect(missingPackages(LAB_PACKAGES, withoutNft).map(({ name }) => name)).toEqual(['nftables']);
  });

  it('give the file that is there, or say what to install', () => {
    expect(packageFile('runc', (file) => file === '/usr/bin/runc')).toBe('/usr/bin/runc');
    expect(() => packageFile('runc', () => false)).toThrow(/runc \(containers\)/);
  });
});

describe('timings', () => {
  it('are remembered, and forgotten without harm when damaged', () => {
    const cache = mkdtempSync(join(tmpdir(), 'plimsoll-timings-'));
    onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
    expect(readTimings(cache)).toEqual({});
    rememberTiming(cache, 'build kube', 274.26);
    rememberTiming(cache, 'build etcd', 41);
    expect(readTimings(cache)['build kube']?.seconds).toBe(274.3);
    expect(Object.keys(readTimings(cache))).toEqual(['build kube', 'build etcd']);
    writeFileSync(join(cache, 'timings.json'), '{"build ku');
    expect(readTimings(cache)).toEqual({});
  });

  it.each([
    [0.2, '1 s'],
    [45, '45 s'],
    [274, '4 min 34 s'],
  ])('%d s is %s', (seconds, words) => expect(inWords(seconds)).toBe(words));
});
