import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { MOST_NODES } from '../network/addresses.ts';
import { type LabDirectory, nodeDirectory } from '../state/lab-directory.ts';

/**
 * Takes the lowest free node number, and with it an address and a pod range. A file that is created exclusively is the
 * claim, so that nodes may be added by several programs at once.
 * @throws PlimsollError `node-exists`, `lab-full`
 */
export function claimNode(lab: LabDirectory, name: string | undefined): { index: number; name: string } {
  const claims = join(lab.directory, 'indexes');
  mkdirSync(claims, { recursive: true });
  for (let index = 1; index <= MOST_NODES; index += 1) {
    const file = join(claims, String(index));
    try {
      closeSync(openSync(file, 'wx'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    const chosen = name ?? `node-${index}`;
    writeFileSync(file, chosen);
    try {
      mkdirSync(lab.nodes, { recursive: true });
      mkdirSync(nodeDirectory(lab, chosen));
    } catch (error) {
      rmSync(file);
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new PlimsollError(
        'node-exists',
        `there is a node "${chosen}" in the lab "${lab.name}" already`,
        'Choose another name, or remove that one first with `plimsoll lab node remove`.',
      );
    }
    return { index, name: chosen };
  }
  throw new PlimsollError(
    'lab-full',
    `the lab "${lab.name}" has ${MOST_NODES} nodes, its address plan has no more`,
    'Remove a node first with `plimsoll lab node remove`.',
  );
}

/** Gives a node's number back. The node's folder goes first, so that nobody makes a node in a folder that is removed. */
export function releaseNode(lab: LabDirectory, name: string): void {
  rmSync(nodeDirectory(lab, name), { recursive: true, force: true });
  const claims = join(lab.directory, 'indexes');
  if (!existsSync(claims)) return;
  for (const index of readdirSync(claims)) {
    if (readFileSync(join(claims, index), 'utf8') === name) rmSync(join(claims, index));
  }
}
