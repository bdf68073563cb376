import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../../box/shell.ts';
import type { SetupGround } from '../setup.ts';

/** The version of the driver that the stand-in of NVML tells of. */
export const DRIVER_VERSION = '580.65.06';
/** Where a driver in a container shows its files on a node. */
export const DRIVER_ROOT = '/run/nvidia/driver';
export const NVML = 'libnvidia-ml.so.1';
export const CUDA = 'libcuda.so.1';

/**
 * Makes a driver's files as the driver container of NVIDIA's operator has them: libraries by version, and the folder `dev`, over which the
 * node's own is laid.
 * @returns the folder on the host
 */
export function makeDriverRoot({ folder, program }: SetupGround): string {
  const root = join(folder, 'driver');
  const libraries = join(root, 'usr', 'lib64');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(libraries, { recursive: true });
  mkdirSync(join(root, 'usr', 'bin'), { recursive: true });
  mkdirSync(join(root, 'dev'));
  const versioned = (library: string): string => `${library}.${DRIVER_VERSION}`;
  for (const library of [NVML, CUDA]) {
    const name = versioned(library.replace(/\.1$/, ''));
    copyFileSync(program(library), join(libraries, name));
    symlinkSync(name, join(libraries, library));
  }
  // Looked for by the DRA driver, and given to containers.
  writeFileSync(join(root, 'usr', 'bin', 'nvidia-smi'), '#!/bin/sh\necho "a lab has no nvidia-smi" >&2\nexit 9\n', {
    mode: 0o755,
  });
  return root;
}

/** The lines that show the driver's files inside the node. */
export function showDriverRoot(root: string): string[] {
  return [
    `mkdir -p ${DRIVER_ROOT}`,
    `mount --bind ${quote(root)} ${DRIVER_ROOT}`,
    `mount --bind /dev ${DRIVER_ROOT}/dev`,
  ];
}
