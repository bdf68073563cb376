import type { AcceleratorMaker } from './node/node.ts';
import type { Progress } from './progress/progress.ts';
import type { Lab } from './up/lab.ts';

/** Programs that a lab runs, by absolute path, and two folders. */
export interface LabBinaries {
  readonly kube: string;
  readonly etcd: string;
  readonly registry: string;
  readonly containerd: string;
  readonly 'containerd-shim-runc-v2': string;
  readonly runc: string;
  /** Folder of the CNI plugins. */
  readonly cni: string;
  /** Folder of the registry's blobs; shared by all labs, because blobs are named by their digest. */
  readonly blobs: string;
}

export async function prepareMachine(_progress: Progress): Promise<void> {}

/** What a lab is made with; each part loads only when it is needed. */
export async function labBinaries(_progress: Progress): Promise<LabBinaries> {
  const hand = `${process.env['HOME']}/.cache/plimsoll/bin/hand`;
  return {
    kube: `${hand}/kube`,
    etcd: `${hand}/etcd`,
    registry: `${hand}/registry`,
    containerd: `${hand}/containerd`,
    'containerd-shim-runc-v2': `${hand}/containerd-shim-runc-v2`,
    runc: '/usr/sbin/runc',
    cni: '/usr/lib/cni',
    blobs: `${process.env['HOME']}/.cache/plimsoll/blobs`,
  };
}

export async function acceleratorMaker(): Promise<AcceleratorMaker> {
  return { make: () => Promise.reject(new Error('not yet')), release: () => Promise.resolve() };
}

export async function pushLabImages(
  _registry: string,
  _addons: readonly string[],
  _progress: Progress,
): Promise<void> {}

export async function installLabAddons(
  _lab: Lab,
  _names: readonly string[],
  _progress: Progress,
  _signal: AbortSignal,
): Promise<void> {}
