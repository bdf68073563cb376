import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Accelerator, devicePath } from './accelerator.ts';

const run = promisify(execFile);

/** Bytes in use: the blocks that the kernel has allocated in the backing file. */
export async function memoryInUse(accelerator: Accelerator): Promise<number> {
  return (await stat(accelerator.file)).blocks * 512;
}

/**
 * Frees an accelerator's memory, and erases what the last holder left in it: what a vendor's driver does when the last
 * context on a device ends. The kernel punches the discarded blocks out of the backing file.
 */
export async function eraseMemory(accelerator: Accelerator): Promise<void> {
  if ((await memoryInUse(accelerator)) === 0) return;
  await run('blkdiscard', [devicePath(accelerator)], { timeout: 30_000 });
}
