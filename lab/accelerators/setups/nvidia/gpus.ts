import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accelerator } from '../../accelerator.ts';
import type { SetupGround } from '../setup.ts';
import { type SetupDevices, setupDevices } from '../setup-devices.ts';
import { capabilityPaths, type Partition, partitionsOf } from './mig.ts';

const GIB = 1024 ** 3;
/** Shared by all containers with a GPU: without them no CUDA program starts. */
const CONTROL = ['/dev/nvidiactl', '/dev/nvidia-uvm'];
/** Name of the list of GPUs in the node's folder of accelerators, which the stand-in of NVML reads (lab/go/nvidia/nvml/gpus.c). */
const LIST = 'gpus';

/** GPUs of a node and their partitions. */
export interface Gpus extends SetupDevices {
  readonly partitions: readonly Partition[];
}

/**
 * Makes GPUs as NVIDIA's kernel driver shows them: /dev/nvidia0, /dev/nvidia1, ..., and its control nodes.
 * @param slices sizes of the MIG partitions of each GPU, in slices of which a GPU has seven; none: MIG is off
 */
export async function gpus(ground: SetupGround, model: string, slices: readonly number[] = []): Promise<Gpus> {
  const shape = {
    model,
    // A partition's memory is an eighth of the GPU's for each slice, and a whole number of GiB in its name.
    memoryBytes: slices.length === 0 ? GIB : 8 * GIB,
    uuidPrefix: 'GPU-',
    path: (index: number) => `/dev/nvidia${index}`,
  };
  const partitions = partitionsOf(ground.count, slices);
  const devices = await setupDevices(ground, shape, [...CONTROL, ...capabilityPaths(partitions)]);
  writeFileSync(join(ground.folder, LIST), gpuList(devices.accelerators, partitions));
  return { ...devices, partitions };
}

/** `gpu|minor|uuid|name|bytes|loop|file`, each followed by its `mig|uuid|profile|bytes|gpu instance|compute instance|slices`. */
export function gpuList(accelerators: readonly Accelerator[], partitions: readonly Partition[] = []): string {
  return accelerators
    .flatMap(({ index, uuid, model, memoryBytes, loop, file }) => [
      ['gpu', index, uuid, model, memoryBytes, `loop${loop}`, file],
      ...partitions
        .filter(({ gpu }) => gpu === index)
        .map(({ slices, instance, uuid: own }) => [
          'mig',
          own,
          `${slices}g.${slices}gb`,
          slices * GIB,
          instance,
          0,
          slices,
        ]),
    ])
    .map((fields) => `${fields.join('|')}\n`)
    .join('');
}

/** Path of the list, for programs that run outside the node. */
export function listFile(folder: string): string {
  return join(folder, LIST);
}
