import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MOST_NODES } from '../network/addresses.ts';
import { claimNode, releaseNode } from '../node/node-index.ts';
import { labDirectory, labNames } from './lab-directory.ts';
import { labHolder, lockLab } from './lab-lock.ts';
import { type LabState, readLabState, requireLabState, writeLabState } from './lab-state.ts';
import { bootId, isRunning, processIdentity } from './process-identity.ts';
import { mountsBelow } from './teardown.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-state-'));
  vi.stubEnv('PLIMSOLL_LAB_ROOT', root);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const state: LabState = {
  version: 1,
  name: 'one',
  boot: bootId(),
  createdAt: '2026-11-24T16:00:00.000Z',
  phase: 'running',
  dnsDomain: 'cluster.local',
  ports: { api: 1, registry: 2 },
  acceleratorTaints: [],
  featureGates: {},
  kubernetesFlags: {},
  request: '{}',
  addons: [],
};

it.each(['', 'Big', 'a_b', '-a', 'a-', 'a/b', '..', 'a'.repeat(31)])('refuses the name %j', (name) => {
  expect(() => labDirectory(name)).toThrow(expect.objectContaining({ code: 'lab-name' }));
});

it('reads back what it wrote, and takes half a file for none', () => {
  const lab = labDirectory('one');
  expect(() => requireLabState(lab)).toThrow(expect.objectContaining({ code: 'lab-missing' }));
  mkdirSync(lab.directory);
  writeLabState(lab, state);
  expect(readLabState(lab)).toEqual(state);
  expect(labNames()).toEqual(['one']);
  writeFileSync(lab.state, JSON.stringify(state).slice(0, 50));
  expect(readLabState(lab)).toBeUndefined();
});

it('lets one program at a time work on a lab, and takes a lock over whose program has ended', () => {
  const lab = labDirectory('one');
  const lock = lockLab(lab, 'first');
  expect(() => lockLab(lab, 'second')).toThrow(/worked on by another program \(`first`/);
  expect(labHolder(lab)).toMatchObject({ pid: process.pid, doing: 'first' });
  lock[Symbol.dispose]();
  expect(labHolder(lab)).toBeUndefined();
  for (const dead of [
    { pid: process.pid, startTime: '1', boot: bootId() },
    { ...processIdentity(process.pid), boot: 'before' },
  ]) {
    writeFileSync(lab.lock, JSON.stringify({ ...dead, doing: 'killed' }));
    expect(labHolder(lab)).toBeUndefined();
    lockLab(lab, 'next')[Symbol.dispose]();
  }
  writeFileSync(lab.lock, '{"pid":');
  writeFileSync(`${lab.lock}.999999999`, '{}');
  lockLab(lab, 'next')[Symbol.dispose]();
  expect(readdirSync(root)).toEqual([]);
});

it('gives each node a number of its own, the lowest that is free, until there is none', () => {
  const lab = labDirectory('one');
  expect([claimNode(lab, undefined), claimNode(lab, 'mine'), claimNode(lab, undefined)]).toEqual([
    { index: 1, name: 'node-1' },
    { index: 2, name: 'mine' },
    { index: 3, name: 'node-3' },
  ]);
  expect(() => claimNode(lab, 'mine')).toThrow(expect.objectContaining({ code: 'node-exists' }));
  releaseNode(lab, 'mine');
  expect(claimNode(lab, undefined)).toEqual({ index: 2, name: 'node-2' });
  for (let index = 4; index <= MOST_NODES; index += 1) claimNode(lab, undefined);
  expect(() => claimNode(lab, undefined)).toThrow(expect.objectContaining({ code: 'lab-full' }));
});

it('knows a process from a later one of the same number', () => {
  const self = processIdentity(process.pid);
  if (!self) throw new Error('no identity');
  expect(isRunning(self)).toBe(true);
  expect(isRunning({ ...self, startTime: String(Number(self.startTime) + 1) })).toBe(false);
  expect(processIdentity(999_999_999)).toBeUndefined();
});

it('finds mounts below a folder, the deepest first, also with spaces in their names', () => {
  const line = (path: string): string => `36 25 0:31 / ${path} rw - tmpfs tmpfs rw`;
  const info = ['/', '/lab/a', '/lab/a/b\\040c', '/lab/ab', '/lab/a/d'].map(line).join('\n');
  expect(mountsBelow('/lab/a', info)).toEqual(['/lab/a/d', '/lab/a/b c', '/lab/a']);
});
