import { existsSync } from 'node:fs';
import { type CgroupLayout, cgroupLayout } from '../cgroup/cgroup-layout.ts';
import { groupExists, groupPath } from '../cgroup/group.ts';
import type { Progress } from '../progress/progress.ts';
import { type LabDirectory, labDirectory } from '../state/lab-directory.ts';
import { lockLab } from '../state/lab-lock.ts';
import { removeLabDirectory, tearDown } from '../state/teardown.ts';
import { acceleratorMaker } from '../toolchain.ts';
import { requireRoot } from './check-machine.ts';

/**
 * Takes a lab down, whole, half-made or left by a crash or a reboot. Gives false when there was none.
 * @throws PlimsollError `lab-busy` while somebody brings it up; others when the kernel holds something back.
 */
export async function labDown(name: string, progress: Progress): Promise<boolean> {
  requireRoot();
  const lab = labDirectory(name);
  const cgroups = cgroupLayout();
  const nothing = !existsSync(lab.directory) && !groupExists(cgroups, groupPath(lab.name));
  // A lock that a killed program left goes too; one that somebody holds is an answer of its own.
  if (nothing && !existsSync(lab.lock)) return false;
  using _lock = lockLab(lab, `plimsoll lab down --name ${lab.name}`);
  if (nothing) return false;
  const end = progress.step(`taking down the lab "${lab.name}"`);
  await clearLab(lab, cgroups);
  end();
  return true;
}

/** Removes everything of a lab. The caller holds its lock. The folder goes last: until then the lab is known to exist. */
export async function clearLab(lab: LabDirectory, cgroups: CgroupLayout): Promise<void> {
  await tearDown(cgroups, lab.name, lab.directory, await acceleratorMaker());
  removeLabDirectory(lab);
}
