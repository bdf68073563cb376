import type { Progress } from '../progress/progress.ts';
import { labDirectory } from '../state/lab-directory.ts';
import { lockLab } from '../state/lab-lock.ts';
import { labBinaries, prepareMachine } from '../toolchain.ts';
import { checkMachine } from './check-machine.ts';
import { existingLab } from './existing-lab.ts';
import { raiseInotifyLimit } from './inotify-limit.ts';
import { keepLogs } from './keep-logs.ts';
import { type Lab, sameLab } from './lab.ts';
import { clearLab } from './lab-down.ts';
import { LabMaking } from './lab-making.ts';
import { type LabOptions, labRequest, setupsOf } from './lab-options.ts';

/**
 * Brings a lab up: a control plane, nodes and DNS, all Ready when it resolves. A lab of that name that is whole is left
 * as it is; what is left of a broken or half-made one is cleared first. On any failure everything is taken down again,
 * and when this process is killed meanwhile, everything that runs ends with it.
 * @throws PlimsollError
 */
export async function labUp(options: LabOptions, progress: Progress): Promise<Lab> {
  const request = labRequest(options);
  const lab = labDirectory(request.name);
  const cgroups = checkMachine();
  using _lock = lockLab(lab, `plimsoll lab up --name ${lab.name}`);
  const existing = await existingLab(lab, cgroups);
  if (existing.kind === 'whole') return sameLab(lab, existing.state, request);
  if (existing.kind === 'broken') {
    const end = progress.step(`clearing what is left of the lab "${lab.name}" (${existing.why})`);
    await clearLab(lab, cgroups);
    end();
  }
  raiseInotifyLimit(request.nodes.length, progress);
  await prepareMachine(progress);
  const binaries = await labBinaries(progress, options.signal, request.addons, setupsOf(request.nodes));
  const signal = options.signal ?? new AbortController().signal;
  const making = new LabMaking({ lab, request, cgroups, binaries, progress, signal });
  try {
    return await making.make();
  } catch (error) {
    const logs = signal.aborted ? undefined : keepLogs(lab);
    if (logs !== undefined) progress.note(`it failed; the logs of its components are kept in ${logs}`);
    const end = progress.step('taking the half-made lab down again');
    await clearLab(lab, cgroups);
    end();
    throw error;
  }
}
