import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accelerator } from '../../accelerator.ts';
import type { SetupGround } from '../setup.ts';
import { type SetupDevices, setupDevices } from '../setup-devices.ts';

/** Shared by all containers with a GPU: without them no CUDA program starts. */
const CONTROL = ['/dev/nvidiactl', '/dev/nvidia-uvm'];
/** Name of the list of GPUs in the node's folder of accelerators, which the stand-in of NVML reads (lab/go/nvidia/nvml/gpus.c). */
const LIST = 'gpus';

/** Makes GPUs as NVIDIA's kernel driver shows them: /dev/nvidia0, /dev/nvidia1, ..., and its control nodes. */
export async function gpus(ground: SetupGround, model: string): Promise<SetupDevices> {
  const shape = {
    model,
    memoryBytes: 1024 ** 3,
    uuidPrefix: 'GPU-',
    path: (index: number) => `/dev/nvidia${index}`,
  };
  const devices = await setupDevices(ground, shape, CONTROL);
  writeFileSync(join(ground.folder, LIST), gpuList(devices.accelerators));
  return devices;
}

/** The GPUs one a line: `gpu|minor|uuid|name|bytes|loop|file`. */
export function gpuList(accelerators: readonly Accelerator[]): string {
  return accelerators
    .map(({ index, uuid, model, memoryBytes, loop, file }) =>
      ['gpu', index, uuid, model, memoryBytes, `loop${loop}`, file].join('|'),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Path of the list, for programs that run outside the node. */
export function listFile(folder: string): string {
  return join(folder, LIST);
}
