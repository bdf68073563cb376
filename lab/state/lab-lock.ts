import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import type { LabDirectory } from './lab-directory.ts';
import { bootId, isRunning, type ProcessIdentity, processIdentity } from './process-identity.ts';

interface Holder extends ProcessIdentity {
  readonly boot: string;
  readonly doing: string;
}

/**
 * Keeps others from bringing the same lab up or down meanwhile. The lock names its process, so that one left by a killed
 * program, or by a machine that was restarted, is seen to be nobody's.
 * @throws PlimsollError `lab-busy`
 */
export function lockLab(lab: LabDirectory, doing: string): Disposable {
  const self = processIdentity(process.pid);
  if (!self) throw new Error('/proc does not know this process');
  mkdirSync(dirname(lab.lock), { recursive: true });
  const holder: Holder = { ...self, boot: bootId(), doing };
  const mine = `${lab.lock}.${process.pid}`;
  sweepClaims(lab);
  writeFileSync(mine, JSON.stringify(holder));
  try {
    for (let attempt = 1; ; attempt += 1) {
      if (linked(mine, lab.lock)) return { [Symbol.dispose]: () => rmSync(lab.lock, { force: true }) };
      const other = labHolder(lab);
      if (other) {
        throw new PlimsollError(
          'lab-busy',
          `the lab "${lab.name}" is being worked on by another program (\`${other.doing}\`, process ${other.pid})`,
          'Wait until it is done, or end it; then try again.',
        );
      }
      if (attempt > 5) throw new Error(`cannot take the lock ${lab.lock}`);
      rmSync(lab.lock, { force: true });
    }
  } finally {
    unlinkSync(mine);
  }
}

/** Who works on a lab at the moment; undefined when nobody does. */
export function labHolder(lab: LabDirectory): { readonly pid: number; readonly doing: string } | undefined {
  const holder = readHolder(lab.lock);
  return holder && holder.boot === bootId() && isRunning(holder) ? holder : undefined;
}

/** Claims of programs that were killed before they had the lock, or gave up on it. */
function sweepClaims(lab: LabDirectory): void {
  const folder = dirname(lab.lock);
  for (const name of readdirSync(folder).filter((one) => one.startsWith(`${basename(lab.lock)}.`))) {
    if (!processIdentity(Number(name.slice(basename(lab.lock).length + 1))))
      rmSync(join(folder, name), { force: true });
  }
}

/** A hard link appears with its content or not at all, and only if there is none yet. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
