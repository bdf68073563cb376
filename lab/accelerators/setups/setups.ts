import { PlimsollError } from '../../../src/errors.ts';
import { DRA_EXAMPLE_SETUPS } from './dra-example/dra-example.ts';
import { INTEL_SETUPS } from './intel/intel-plugin.ts';
import { NVIDIA_DRA_SETUPS } from './nvidia/nvidia-dra.ts';
import { NVIDIA_PLUGIN_SETUPS } from './nvidia/nvidia-plugin.ts';
import { NVIDIA_RUNTIME_SETUPS } from './nvidia/nvidia-runtime.ts';
import type { AcceleratorSetup } from './setup.ts';
import { SHAPE_SETUPS } from './shapes/plugin-shapes.ts';

/** Every set-up, in the order in which they are listed. */
export const SETUPS: readonly AcceleratorSetup[] = [
  ...NVIDIA_PLUGIN_SETUPS,
  ...NVIDIA_DRA_SETUPS,
  ...NVIDIA_RUNTIME_SETUPS,
  ...INTEL_SETUPS,
  ...DRA_EXAMPLE_SETUPS,
  ...SHAPE_SETUPS,
];

/** The set-up of that name. @throws PlimsollError `unknown-setup` naming those there are */
export function setupNamed(name: string): AcceleratorSetup {
  const found = SETUPS.find((one) => one.name === name);
  if (found) return found;
  throw new PlimsollError(
    'unknown-setup',
    `there is no accelerator set-up named "${name}"`,
    `Name one of: ${SETUPS.map((one) => one.name).join(', ')}; device-plugin and dra are the lab's own.`,
  );
}

/** The components of lab/build that these set-ups need. @throws PlimsollError `unknown-setup` */
export function setupPrograms(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => setupNamed(name).programs))];
}
