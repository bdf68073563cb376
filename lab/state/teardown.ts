import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';
import type { CgroupLayout } from '../cgroup/cgroup-layout.ts';
import { groupPath, killGroup, removeGroup } from '../cgroup/group.ts';
import type { AcceleratorMaker } from '../node/node.ts';
import type { LabDirectory } from './lab-directory.ts';

/**
 * Takes everything away that a box (a node, or with `box` left out the whole lab) has on this machine: processes by its
 * cgroup, network and other namespaces with the processes that hold them, cables with the namespaces, mounts and devices
 * by its folder. Nothing of it is looked up in the lab's state, so it works on what a kill -9 or a reboot left.
 */
export async function tearDown(
  layout: CgroupLayout,
  lab: string,
  directory: string,
  accelerators: AcceleratorMaker,
  box?: string,
): Promise<void> {
  const group = groupPath(lab, box);
  await killGroup(layout, group);
  await unmountBelow(directory);
  await accelerators.release(directory);
  await removeGroup(layout, group);
}

/** Removes a lab's folder, the last thing to go: as long as it is there, the lab is known and can be taken down again. */
export function removeLabDirectory(lab: LabDirectory): void {
  if (existsSync(lab.directory)) rmSync(lab.directory, { recursive: true, force: true, maxRetries: 3 });
}

/** Mount points below a folder in this mount namespace, the deepest first. The kernel writes spaces in paths as \\040. */
export function mountsBelow(directory: string, mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')): string[] {
  return mountinfo
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      ),
    )
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .reverse();
}

/**
 * Boxes mount in namespaces of their own, so normally there is nothing here. The mounts of a box vanish a moment after its
 * last process; until then its folder can be busy.
 */
async function unmountBelow(directory: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const mounts = mountsBelow(directory);
    if (mounts.length === 0) return;
    for (const mount of mounts) await run(['umount', '--lazy', mount], { allowFailure: true });
    if (attempt === 100) {
      throw new PlimsollError(
        'lab-mount',
        `cannot unmount ${mounts[0]}`,
        'See who uses it with `fuser -vm PATH`, end that program, and run `plimsoll lab down` again.',
      );
    }
    await delay(10);
  }
}
