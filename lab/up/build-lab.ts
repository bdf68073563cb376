import type { Progress } from '../progress/progress.ts';
import { labBinaries, prepareMachine } from '../toolchain.ts';

/** Builds everything that a lab with these add-ons and accelerator set-ups needs: programs, images' content and manifests. Needs Go and room on the disk, not root. */
export async function buildLab(
  addons: readonly string[],
  setups: readonly string[],
  progress: Progress,
): Promise<void> {
  await prepareMachine(progress);
  await labBinaries(progress, undefined, addons, setups);
}
