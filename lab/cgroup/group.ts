import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlimsollError } from '../../src/errors.ts';
import { processIdentity } from '../state/process-identity.ts';
import type { CgroupLayout } from './cgroup-layout.ts';

/** The group of a lab, or of one box of it, below each hierarchy's mount. */
export function groupPath(lab: string, box?: string): string {
  return box === undefined ? `plimsoll/${lab}` : `plimsoll/${lab}/${box}`;
}

/**
 * Makes a group in every hierarchy and gives the `cgroup.procs` files that a process writes itself into.
 * Version 1: cpuset has to be filled at each level. Version 2: each level hands its controllers down.
 */
export function createGroup(layout: CgroupLayout, path: string): string[] {
  return layout.hierarchies.map(({ mount, options }) => {
    let folder = mount;
    for (const part of path.split('/')) {
      if (layout.version === 2) handDown(folder);
      const parent = folder;
      folder = join(folder, part);
      mkdirSync(folder, { recursive: true });
      if (options.split(',').includes('cpuset')) fillCpuset(parent, folder);
    }
    if (layout.version === 2) handDown(dirname(folder));
    return join(folder, 'cgroup.procs');
  });
}

function fillCpuset(parent: string, folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (readFileSync(join(folder, file), 'utf8').trim() === '')
      writeFileSync(join(folder, file), readFileSync(join(parent, file)));
  }
}

function handDown(folder: string): void {
  const controllers = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  for (const controller of controllers.filter(Boolean)) {
    try {
      writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`);
    } catch (error) {
      // A controller that is bound otherwise (cpu with real-time tasks) is not ours to move; missing ones show in the kubelet.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
}

/** The group's folders that exist, one for each hierarchy at most. */
function folders(layout: CgroupLayout, path: string): string[] {
  return layout.hierarchies.map(({ mount }) => join(mount, path)).filter((folder) => existsSync(folder));
}

/** Every folder of a group, the deepest first. A folder that vanishes meanwhile is none. */
function tree(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
  return [...names.flatMap((name) => tree(join(folder, name))), folder];
}

/** The processes of a group and of all groups below it, in any hierarchy. */
export function groupProcesses(layout: CgroupLayout, path: string): number[] {
  const found = new Set<number>();
  for (const folder of folders(layout, path).flatMap(tree)) {
    let text: string;
    try {
      text = readFileSync(join(folder, 'cgroup.procs'), 'utf8');
    } catch {
      continue;
    }
    for (const line of text.split('\n')) if (Number(line) > 0) found.add(Number(line));
  }
  return [...found];
}

/** Whether any trace of the group is left. */
export function groupExists(layout: CgroupLayout, path: string): boolean {
  return folders(layout, path).length > 0;
}

/**
 * Kills every process of a group and waits until all are gone. Repeats, because a process may fork while it is killed.
 * There is no event for "the last process of a version 1 group ended", so it looks again every few milliseconds.
 * @throws PlimsollError `lab-processes` after `withinMs`.
 */
export async function killGroup(layout: CgroupLayout, path: string, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const alive = groupProcesses(layout, path).filter((pid) => processIdentity(pid) !== undefined);
    if (alive.length === 0) return;
    for (const pid of alive) kill(pid);
    if (performance.now() > deadline) {
      throw new PlimsollError(
        'lab-processes',
        `processes of ${path} do not end although they were killed: ${alive.join(', ')}`,
        'They hang in the kernel (`cat /proc/PID/stack` tells where). Run `plimsoll lab down` again, or restart the machine.',
      );
    }
    await delay(5);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Removes a group without processes, and the folders above it that are empty then.
 * The kernel lets a folder go a moment after its last process ended, so EBUSY is tried again.
 * @throws PlimsollError `lab-cgroup` after `withinMs`.
 */
export async function removeGroup(layout: CgroupLayout, path: string, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = folders(layout, path)
      .flatMap(tree)
      .filter((folder) => !removed(folder));
    if (left.length === 0) break;
    if (performance.now() > deadline) {
      throw new PlimsollError('lab-cgroup', `cannot remove the cgroup ${left[0]}`, 'Run `plimsoll lab down` again.');
    }
    await delay(5);
  }
  for (let above = dirname(path); above !== '.'; above = dirname(above)) folders(layout, above).forEach(removed);
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
