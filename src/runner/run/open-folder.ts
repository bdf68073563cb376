import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlimsollError } from '../../errors.ts';

/** An id for a run: 8 hexadecimal digits, short enough for names of namespaces. */
export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** Makes the folder of a run, before anything is asked of the cluster. Throws `run-folder`. */
export async function openFolder(folder: string): Promise<void> {
  try {
    await makeParents(dirname(folder));
    await mkdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it exists already' : (cause as Error).message;
    throw new PlimsollError(
      'run-folder',
      `cannot make the run folder ${folder}: ${why}`,
      'Name another folder with --out.',
      { cause },
    );
  }
}

/** Not mkdir's own `recursive`: it never ends where a parent cannot be made although nothing forbids it (/proc). */
async function makeParents(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeParents(dirname(folder));
    await mkdir(folder);
  }
}
