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
    await mkdir(dirname(folder), { recursive: true });
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
