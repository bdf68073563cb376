/** Name of the extended resource that the device plugin offers. */
export const RESOURCE_NAME = 'lab.plimsoll.dev/accelerator';
/** Name of the DRA driver, of its DeviceClass, and the domain of its devices' attributes. */
export const DRIVER_NAME = 'accelerator.lab.plimsoll.dev';
/** Node label with the version of the driver; the DRA attribute `driverVersion` says the same. */
export const DRIVER_VERSION_LABEL = 'lab.plimsoll.dev/driver-version';
/** Node label with the model of the node's accelerators: also what the metrics exporter's pods select nodes by. */
export const MODEL_LABEL = 'lab.plimsoll.dev/accelerator-model';
/** Node label with the number of accelerators, however they are handed out. */
export const COUNT_LABEL = 'lab.plimsoll.dev/accelerator-count';

/** The same path in every node: a link to the folder with the node's record and backing files, for pods that mount it. */
export const FOLDER_IN_NODE = '/run/plimsoll-accelerators';
/** Name of the record (record.ts) in that folder. */
export const RECORD_FILE = 'accelerators.json';

/**
 * One accelerator: a loop device on a file of its own. The kernel counts its work (/sys/block/loopN/stat) and its memory
 * (blocks allocated in the file), and isolates it by device number like any other block device.
 */
export interface Accelerator {
  /** 0, 1, ... on its node; part of the device's path. */
  readonly index: number;
  /** `ACC-<uuid>`, for life; at most 63 characters (limit of a device plugin's device ID). */
  readonly uuid: string;
  readonly model: string;
  /** Size of the device: what can be held in it at most. */
  readonly memoryBytes: number;
  /** Absolute path of the backing file, on the host. */
  readonly file: string;
  /** N of /dev/loopN, machine-wide. */
  readonly loop: number;
  readonly major: number;
  readonly minor: number;
  /** Path inside the node and in containers where it is not the lab's own (devicePath). */
  readonly path?: string | undefined;
}

/** Path of the device inside the node and inside the containers that are given it. */
export function devicePath(accelerator: Pick<Accelerator, 'index' | 'path'>): string {
  return accelerator.path ?? `/dev/plimsoll/accelerator${accelerator.index}`;
}

/** Name of the device in a ResourceSlice (a DNS label). */
export function deviceName(accelerator: Pick<Accelerator, 'index'>): string {
  return `accelerator-${accelerator.index}`;
}

/** Environment of a container that was given the accelerator: tells it which one, grants nothing. */
export function deviceEnvironment(accelerator: Accelerator): Record<string, string> {
  return { [`PLIMSOLL_ACCELERATOR_${accelerator.index}`]: accelerator.uuid };
}
