import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerRuntime, NodeAccelerators } from '../../../node/node.ts';
import { metricsLabel, metricsObjects } from '../metrics.ts';
import type { AcceleratorSetup, SetupGround, SetupObject } from '../setup.ts';
import { deviceNodes, keeper, nodeAccelerators, shownFolder, vendorService } from '../setup-devices.ts';
import { CUDA, DRIVER_ROOT, makeDriverRoot, NVML, showDriverRoot } from './driver-root.ts';
import { featureLabels } from './feature-labels.ts';
import { gpus } from './gpus.ts';
import { migMinors, showMigMinors } from './mig.ts';

/** What one set-up by NVIDIA's device plugin has of its own. */
export interface PluginVariant {
  readonly name: string;
  readonly summary: string;
  readonly model: string;
  /** Sizes of the MIG partitions of each GPU, and how the plugin offers them. */
  readonly mig?: { readonly slices: readonly number[]; readonly strategy: 'single' | 'mixed' };
  readonly resource?: string;
  readonly relaxed?: string;
  /** Component of the plugin; default the one as published. */
  readonly plugin?: string;
  readonly programs?: readonly string[];
  readonly objects?: readonly SetupObject[];
  readonly flags: (ground: SetupGround) => readonly string[];
  /** Content of the plugin's configuration file. */
  readonly config?: object;
  readonly labels?: Readonly<Record<string, string>>;
  /** Lines and runtimes that the node gets besides. */
  readonly node?: (ground: SetupGround) => { prepare: readonly string[]; runtimes: readonly ContainerRuntime[] };
}

/** A node with NVIDIA's device plugin, the labels of its feature discovery, and an exporter that speaks like DCGM's. */
export function pluginSetup(variant: PluginVariant): AcceleratorSetup {
  const { name, summary, relaxed, mig, plugin = 'nvidia-device-plugin' } = variant;
  return {
    name,
    summary,
    mode: 'device-plugin',
    programs: [NVML, CUDA, plugin, 'gpu-feature-discovery', ...(variant.programs ?? [])],
    loadImage: 'python',
    ...(relaxed === undefined ? {} : { relaxed }),
    offers: { resource: variant.resource ?? 'nvidia.com/gpu' },
    // The lab's exporter does not speak of partitions.
    objects: [...(mig === undefined ? metricsObjects('dcgm-4') : []), ...(variant.objects ?? [])],
    make: (ground) => makePlugin(ground, variant),
  };
}

async function makePlugin(ground: SetupGround, variant: PluginVariant): Promise<NodeAccelerators> {
  const { folder, program } = ground;
  const { plugin = 'nvidia-device-plugin', config, mig } = variant;
  const devices = await gpus(ground, variant.model, mig?.slices);
  const root = makeDriverRoot(ground);
  const configFile = config === undefined ? undefined : join(folder, 'config.json');
  if (configFile !== undefined) writeFileSync(configFile, JSON.stringify(config));
  const flags = [
    `--driver-root-ctr-path=${DRIVER_ROOT}`,
    ...(mig === undefined ? [] : [`--mig-strategy=${mig.strategy}`]),
    ...variant.flags(ground),
    ...(configFile === undefined ? [] : [`--config-file=${configFile}`]),
  ];
  const minors = join(folder, 'mig-minors');
  if (mig !== undefined) writeFileSync(minors, migMinors(devices.partitions));
  const { prepare, runtimes } = variant.node?.(ground) ?? { prepare: [], runtimes: [] };
  return {
    accelerators: nodeAccelerators(devices),
    devices: deviceNodes(devices),
    services: [vendorService('nvidia-device-plugin', [program(plugin), ...flags]), keeper(folder)],
    labels: {
      ...(await featureLabels(ground, root, [
        ...(configFile === undefined ? [] : [`--config-file=${configFile}`]),
        ...(mig === undefined ? [] : [`--mig-strategy=${mig.strategy}`]),
      ])),
      ...(mig === undefined ? metricsLabel('dcgm-4') : {}),
      ...variant.labels,
    },
    binds: [program(plugin), ...(variant.programs ?? []).map(program)],
    prepare: [
      shownFolder(folder),
      ...showDriverRoot(root),
      ...(mig === undefined ? [] : showMigMinors(minors)),
      ...prepare,
    ],
    runtimes,
  };
}

/** Containers get device nodes by the kubelet, without any help of the container runtime. */
export const PASS_DEVICES = ['--pass-device-specs=true'] as const;
export const RELAXED =
  'NVIDIA’s toolkit hands out any device, not only character devices: the lab’s accelerators are block devices (lab/go/nvidia-relaxed/copies.json)';

const timeSlicing = (sharing: object): object => ({
  version: 'v1',
  flags: { migStrategy: 'none', plugin: { passDeviceSpecs: true } },
  sharing: { timeSlicing: { ...sharing, resources: [{ name: 'nvidia.com/gpu', replicas: 4 }] } },
});

export const NVIDIA_PLUGIN_SETUPS: readonly AcceleratorSetup[] = [
  pluginSetup({
    name: 'nvidia-plugin',
    summary: 'NVIDIA’s device plugin: device nodes by the kubelet',
    model: 'NVIDIA H100 80GB HBM3',
    flags: () => PASS_DEVICES,
  }),
  pluginSetup({
    name: 'nvidia-time-slicing',
    summary: 'NVIDIA’s device plugin, each GPU offered four times under the usual name',
    model: 'NVIDIA A10',
    flags: () => [],
    config: timeSlicing({}),
  }),
  pluginSetup({
    name: 'nvidia-time-slicing-renamed',
    summary: 'NVIDIA’s device plugin, each GPU offered four times as nvidia.com/gpu.shared',
    model: 'NVIDIA A30',
    resource: 'nvidia.com/gpu.shared',
    flags: () => [],
    config: timeSlicing({ renameByDefault: true }),
  }),
  pluginSetup({
    name: 'nvidia-time-slicing-one',
    summary: 'NVIDIA’s device plugin, each GPU offered four times, requests for more than one refused',
    model: 'NVIDIA A16',
    flags: () => [],
    config: timeSlicing({ failRequestsGreaterThanOne: true }),
  }),
  pluginSetup({
    name: 'nvidia-mig-single',
    summary: 'NVIDIA’s device plugin, three equal MIG partitions of each GPU, offered as nvidia.com/gpu',
    model: 'NVIDIA A100-SXM4-80GB',
    mig: { slices: [2, 2, 2], strategy: 'single' },
    flags: () => PASS_DEVICES,
  }),
  pluginSetup({
    name: 'nvidia-mig-mixed',
    summary: 'NVIDIA’s device plugin, MIG partitions of three sizes on each GPU, each size a resource of its own',
    model: 'NVIDIA A100 80GB PCIe',
    mig: { slices: [3, 2, 1, 1], strategy: 'mixed' },
    resource: 'nvidia.com/mig-2g.2gb',
    flags: () => PASS_DEVICES,
  }),
  pluginSetup({
    name: 'nvidia-cdi',
    summary: 'NVIDIA’s device plugin: devices by the Container Device Interface',
    model: 'NVIDIA T4',
    relaxed: RELAXED,
    plugin: 'nvidia-device-plugin-cdi',
    programs: ['nvidia-cdi-hook'],
    flags: ({ program }) => [
      '--device-list-strategy=cdi-cri',
      `--nvidia-driver-root=${DRIVER_ROOT}`,
      `--nvidia-cdi-hook-path=${program('nvidia-cdi-hook')}`,
    ],
  }),
  pluginSetup({
    name: 'nvidia-plugin-defaults',
    summary: 'NVIDIA’s device plugin with its default flags, and no runtime of NVIDIA’s: no container gets a device',
    model: 'NVIDIA L4',
    flags: () => [],
  }),
];
