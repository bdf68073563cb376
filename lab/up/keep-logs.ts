import { cpSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeNames } from '../node/node-record.ts';
import { providerFolder } from '../provider/provider-folder.ts';
import { type LabDirectory, nodeDirectory } from '../state/lab-directory.ts';

/**
 * Copies the logs of a lab that failed to come up out of its folder, which is about to be removed. Gives where they are:
 * one folder for each lab name, so that failures do not pile up. Undefined when there are none yet.
 */
export function keepLogs(lab: LabDirectory): string | undefined {
  const kept = join(tmpdir(), `plimsoll-lab-${lab.name}-logs`);
  rmSync(kept, { recursive: true, force: true });
  const boxes = [
    ['control-plane', lab.controlPlane],
    ['provider', providerFolder(lab)],
    ...nodeNames(lab).map((name) => [name, nodeDirectory(lab, name)]),
  ];
  for (const [name = '', directory = ''] of boxes) {
    const log = join(directory, 'log');
    if (existsSync(log)) cpSync(log, join(kept, name), { recursive: true });
  }
  return existsSync(kept) ? kept : undefined;
}
