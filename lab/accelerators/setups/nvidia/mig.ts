import { randomUUID } from 'node:crypto';

/** A MIG partition of a GPU: a GPU instance with one compute instance. */
export interface Partition {
  /** Index of its GPU. */
  readonly gpu: number;
  readonly uuid: string;
  readonly slices: number;
  readonly instance: number;
  /** Numbers of its two capability devices in /dev/nvidia-caps: of the GPU instance, of the compute instance. */
  readonly capabilities: readonly [number, number];
}

/** The first numbers are those of MIG's configuration and monitoring. */
const FIRST_CAPABILITY = 3;

/** The same partitions on each of `count` GPUs. GPU instances are numbered from 1, as a driver does it. */
export function partitionsOf(count: number, slices: readonly number[]): Partition[] {
  return Array.from({ length: count }, (_, gpu) => gpu).flatMap((gpu) =>
    slices.map((size, index): Partition => {
      const first = FIRST_CAPABILITY + 2 * (gpu * slices.length + index);
      return { gpu, uuid: `MIG-${randomUUID()}`, slices: size, instance: index + 1, capabilities: [first, first + 1] };
    }),
  );
}

/** The device nodes that stand for the right to use a partition. */
export function capabilityPaths(partitions: readonly Partition[]): string[] {
  return partitions.flatMap(({ capabilities }) => capabilities.map((number) => `/dev/nvidia-caps/nvidia-cap${number}`));
}

/** What the kernel driver tells of capabilities in /proc/driver/nvidia-caps/mig-minors. */
export function migMinors(partitions: readonly Partition[]): string {
  return [
    'config 1',
    'monitor 2',
    ...partitions.flatMap(({ gpu, instance, capabilities: [ofGpu, ofCompute] }) => [
      `gpu${gpu}/gi${instance}/access ${ofGpu}`,
      `gpu${gpu}/gi${instance}/ci0/access ${ofCompute}`,
    ]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** The lines that show it on the node, where no such driver is: /proc/driver is the node's own. */
export function showMigMinors(file: string): string[] {
  return [
    'mount -t tmpfs tmpfs /proc/driver',
    'mkdir -p /proc/driver/nvidia-caps',
    `cp ${file} /proc/driver/nvidia-caps/mig-minors`,
  ];
}
