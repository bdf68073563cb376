import { join } from 'node:path';
import type { NodeAccelerators } from '../../../node/node.ts';
import { metricsLabel, metricsObjects } from '../metrics.ts';
import type { AcceleratorSetup, SetupGround } from '../setup.ts';
import { deviceNodes, keeper, nodeAccelerators, shownFolder, vendorService } from '../setup-devices.ts';
import { CUDA, DRIVER_ROOT, makeDriverRoot, NVML, showDriverRoot } from './driver-root.ts';
import { gpus } from './gpus.ts';
import { PASS_DEVICES, RELAXED } from './nvidia-plugin.ts';

const DRIVER = 'gpu.nvidia.com';

interface DraVariant {
  readonly name: string;
  readonly summary: string;
  /** Extended resource by which the DeviceClass can be asked for, too. */
  readonly extendedResourceName?: string;
  /** The device plugin runs beside the driver, and hands out the same devices. */
  readonly besidePlugin?: true;
}

const PLUGIN = 'nvidia-device-plugin';

/** NVIDIA's DRA driver with the DeviceClass of its chart. */
function draSetup({ name, summary, extendedResourceName, besidePlugin }: DraVariant): AcceleratorSetup {
  return {
    name,
    summary,
    mode: 'dra',
    loadImage: 'python',
    programs: [NVML, CUDA, 'gpu-kubelet-plugin', 'nvidia-cdi-hook', ...(besidePlugin === undefined ? [] : [PLUGIN])],
    relaxed: RELAXED,
    offers: { driver: DRIVER },
    objects: [
      ...metricsObjects('dcgm-4'),
      {
        apiVersion: 'resource.k8s.io/v1',
        kind: 'DeviceClass',
        metadata: { name: DRIVER },
        spec: {
          selectors: [
            { cel: { expression: `device.driver == '${DRIVER}' && device.attributes['${DRIVER}'].type == 'gpu'` } },
          ],
          ...(extendedResourceName === undefined ? {} : { extendedResourceName }),
        },
      },
    ],
    make: (ground) => makeDra(ground, besidePlugin === true),
  };
}

async function makeDra(ground: SetupGround, besidePlugin: boolean): Promise<NodeAccelerators> {
  const { folder, plan, program } = ground;
  const devices = await gpus(ground, 'NVIDIA H200');
  const root = makeDriverRoot(ground);
  const command = [
    program('gpu-kubelet-plugin'),
    `--node-name=${plan.name}`,
    // The node's own identity is enough for slices and for the claims of its pods.
    `--kubeconfig=${join(plan.directory, 'pki', 'kubelet.kubeconfig')}`,
    '--namespace=default',
    '--cdi-root=/var/run/cdi',
    `--container-driver-root=${DRIVER_ROOT}`,
    `--nvidia-driver-root=${DRIVER_ROOT}`,
    `--nvidia-cdi-hook-path=${program('nvidia-cdi-hook')}`,
    '--image-name=none',
  ];
  return {
    accelerators: nodeAccelerators(devices),
    devices: deviceNodes(devices),
    services: [
      vendorService('nvidia-dra-driver', command),
      ...(besidePlugin
        ? [vendorService(PLUGIN, [program(PLUGIN), `--driver-root-ctr-path=${DRIVER_ROOT}`, ...PASS_DEVICES])]
        : []),
      keeper(folder),
    ],
    labels: metricsLabel('dcgm-4'),
    binds: ['gpu-kubelet-plugin', 'nvidia-cdi-hook', ...(besidePlugin ? [PLUGIN] : [])].map(program),
    prepare: [shownFolder(folder), ...showDriverRoot(root)],
  };
}

export const NVIDIA_DRA_SETUPS: readonly AcceleratorSetup[] = [
  draSetup({ name: 'nvidia-dra', summary: 'NVIDIA’s DRA driver' }),
  draSetup({
    name: 'nvidia-dra-extended',
    summary: 'NVIDIA’s DRA driver, whose DeviceClass is asked for as nvidia.com/gpu too (as its chart has it)',
    extendedResourceName: 'nvidia.com/gpu',
  }),
  draSetup({
    name: 'nvidia-dra-and-plugin',
    summary:
      'NVIDIA’s DRA driver and its device plugin on one node, which its documentation forbids: each hands out every GPU',
    besidePlugin: true,
  }),
];
