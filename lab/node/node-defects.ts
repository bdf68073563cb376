import { run } from '../box/run.ts';
import { silent } from '../progress/progress.ts';
import type { NodeDevice } from './node.ts';

/**
 * Faults of a platform that a node can be given on purpose, to see that they are found.
 * `devices-in-every-container`: containerd is configured (base_runtime_spec) so that every container gets the node's accelerators,
 * whatever it asked for.
 */
export const NODE_DEFECTS = ['devices-in-every-container'] as const;
export type NodeDefect = (typeof NODE_DEFECTS)[number];

/** What of an OCI runtime spec is touched here (opencontainers/runtime-spec, config-linux). */
interface RuntimeSpec {
  linux: { devices?: object[]; resources: { devices?: object[] } };
}

/** containerd's own base spec, with these devices made and allowed in every container. JSON. */
export async function leakyRuntimeSpec(devices: readonly NodeDevice[]): Promise<string> {
  const { ensureBinaries } = await import('../build/ensure-binaries.ts');
  const ctr = (await ensureBinaries(['ctr'], silent)).get('ctr');
  if (ctr === undefined) throw new Error('lab/build gave no ctr');
  const { output } = await run([ctr, 'oci', 'spec']);
  const spec = JSON.parse(output) as RuntimeSpec;
  const { linux } = spec;
  const short = ({ type }: NodeDevice): string => (type === 'block' ? 'b' : 'c');
  linux.devices = devices.map((device) => ({
    path: device.path,
    type: short(device),
    major: device.major,
    minor: device.minor,
    fileMode: 0o666,
    uid: 0,
    gid: 0,
  }));
  linux.resources.devices = [
    ...(linux.resources.devices ?? []),
    ...devices.map((device) => ({
      allow: true,
      type: short(device),
      major: device.major,
      minor: device.minor,
      access: 'rwm',
    })),
  ];
  return JSON.stringify(spec, undefined, 2);
}
