import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../../build/debian-packages.ts';
import type { ContainerRuntime } from '../../../node/node.ts';
import type { AcceleratorSetup, SetupGround, SetupObject } from '../setup.ts';
import { DRIVER_ROOT } from './driver-root.ts';
import { PASS_DEVICES, pluginSetup, RELAXED } from './nvidia-plugin.ts';

const HANDLER = 'nvidia';
/** The label by which NVIDIA's operator marks nodes that have the runtime. */
const TOOLKIT_LABEL = 'nvidia.com/gpu.deploy.container-toolkit';

const RUNTIME_CLASS: SetupObject = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: HANDLER },
  handler: HANDLER,
  scheduling: { nodeSelector: { [TOOLKIT_LABEL]: 'true' } },
};

interface RuntimeOptions {
  /** Containers that name no RuntimeClass are started by it, too. */
  readonly isDefault: boolean;
  /** Containers without privileges get no devices by naming them in a variable. The vendor's default: they do. */
  readonly hardened: boolean;
}

function withRuntime({ isDefault, hardened }: RuntimeOptions) {
  return ({ folder, program }: SetupGround): { prepare: readonly string[]; runtimes: readonly ContainerRuntime[] } => {
    const config = join(folder, 'nvidia-container-runtime.toml');
    writeFileSync(config, runtimeConfig(packageFile('runc'), program('nvidia-cdi-hook'), hardened));
    return {
      prepare: ['mkdir -p /etc/nvidia-container-runtime', `cp ${config} /etc/nvidia-container-runtime/config.toml`],
      runtimes: [{ handler: HANDLER, binary: program('nvidia-container-runtime'), isDefault }],
    };
  };
}

/** Variables are refused; what the device plugin mounts into a container decides (its documentation, "volume-mounts"). */
const HARDENED = `accept-nvidia-visible-devices-envvar-when-unprivileged = false
accept-nvidia-visible-devices-as-volume-mounts = true
`;

/** TOML. What is not named is the vendor's default. */
export function runtimeConfig(runc: string, hook: string, hardened: boolean): string {
  return `${hardened ? HARDENED : ''}
[nvidia-container-cli]
root = "${DRIVER_ROOT}"

[nvidia-container-runtime]
mode = "jit-cdi"
debug = "/var/log/nvidia-container-runtime.log"
runtimes = ["${runc}"]

[nvidia-ctk]
path = "${hook}"
`;
}

const COMMON = {
  relaxed: RELAXED,
  programs: ['nvidia-container-runtime', 'nvidia-cdi-hook'],
  objects: [RUNTIME_CLASS],
  labels: { [TOOLKIT_LABEL]: 'true' },
} as const;

export const NVIDIA_RUNTIME_SETUPS: readonly AcceleratorSetup[] = [
  pluginSetup({
    ...COMMON,
    name: 'nvidia-runtime',
    summary:
      'NVIDIA’s container runtime as RuntimeClass "nvidia", in its default configuration: it leaks by a variable',
    model: 'NVIDIA L40S',
    flags: () => PASS_DEVICES,
    node: withRuntime({ isDefault: false, hardened: false }),
  }),
  pluginSetup({
    ...COMMON,
    name: 'nvidia-runtime-default',
    summary: 'NVIDIA’s container runtime for all containers, plugin with its default flags: it leaks by a variable',
    model: 'NVIDIA L40',
    flags: () => [],
    node: withRuntime({ isDefault: true, hardened: false }),
  }),
  pluginSetup({
    ...COMMON,
    name: 'nvidia-runtime-hardened',
    summary: 'NVIDIA’s container runtime as RuntimeClass "nvidia", set up so that a variable gives no device',
    model: 'NVIDIA RTX 6000 Ada Generation',
    flags: () => ['--device-list-strategy=volume-mounts'],
    node: withRuntime({ isDefault: false, hardened: true }),
  }),
];
