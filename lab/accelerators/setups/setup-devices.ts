import { join } from 'node:path';
import type { NodeAccelerator, NodeDevice, Service } from '../../node/node.ts';
import { projectFile } from '../../project-root.ts';
import { type Accelerator, devicePath, FOLDER_IN_NODE } from '../accelerator.ts';
import { type AcceleratorShape, makeAccelerators } from '../make-accelerators.ts';
import type { SetupGround } from './setup.ts';

const MIB = 1024 ** 2;

/** Devices of a set-up: what is shared out, and nodes that stand beside it. */
export interface SetupDevices {
  readonly accelerators: readonly Accelerator[];
  /** Control nodes, card nodes and the like: devices of their own numbers without memory worth the name. */
  readonly beside: readonly Accelerator[];
}

/** Makes accelerators of that shape, and small devices at the paths `beside`. Everybody may open them, as with real drivers. */
export async function setupDevices(
  { folder, plan, count }: SetupGround,
  shape: AcceleratorShape,
  beside: readonly string[],
): Promise<SetupDevices> {
  const small = { model: 'beside', memoryBytes: MIB, path: (index: number) => beside[index] ?? '' };
  return {
    accelerators: await makeAccelerators(folder, plan.name, count, shape),
    beside: await makeAccelerators(join(folder, 'beside'), plan.name, beside.length, small),
  };
}

/** The devices as nodes in the node's own /dev. */
export function deviceNodes({ accelerators, beside }: SetupDevices): NodeDevice[] {
  return [...accelerators, ...beside].map((one) => ({
    path: devicePath(one),
    type: 'block',
    major: one.major,
    minor: one.minor,
    mode: '0666',
  }));
}

/** The accelerators as the node's record has them. */
export function nodeAccelerators({ accelerators }: SetupDevices): NodeAccelerator[] {
  return accelerators.map((one) => ({
    index: one.index,
    uuid: one.uuid,
    path: devicePath(one),
    blockDevice: `loop${one.loop}`,
  }));
}

/** The node's folder of accelerators at the path that is the same on every node. */
export function shownFolder(folder: string): string {
  return `ln -s ${folder} ${FOLDER_IN_NODE}`;
}

/**
 * A vendor's program as a service that begins once the kubelet listens, as where the kubelet itself starts it from a DaemonSet: some end at
 * once when there is no kubelet.
 */
export function vendorService(name: string, command: readonly string[]): Service {
  const wait = 'until [ -S /var/lib/kubelet/device-plugins/kubelet.sock ]; do sleep 0.2; done; exec "$@"';
  return { name, command: ['sh', '-c', wait, 'sh', ...command] };
}

/** What a driver does besides handing devices out, and a vendor's program cannot do for loop devices: their memory goes with the last holder. */
export function keeper(folder: string): Service {
  const fromSource = import.meta.filename.endsWith('.ts');
  const program = projectFile(fromSource ? 'lab/accelerators/keeper/main.ts' : 'dist/lab-keeper.js');
  return { name: 'keeper', command: [process.execPath, program, '--folder', folder] };
}
