import { release } from 'node:os';

/**
 * The version of the driver of our accelerators. The driver is the kernel's own loop driver, which comes with the kernel
 * and has no number besides: `6.18.44-fc-v669` -> `6.18.44`, a semantic version as DRA's version attributes want it.
 * Anybody can check what is published against `uname -r` in any pod of the node.
 */
export function driverVersion(kernelRelease: string = release()): string {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(kernelRelease);
  if (!parts) throw new Error(`"${kernelRelease}" does not look like a Linux kernel release`);
  return [parts[1], parts[2], parts[3] ?? '0'].map(Number).join('.');
}
