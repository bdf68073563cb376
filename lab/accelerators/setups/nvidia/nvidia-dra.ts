import { join } from 'node:path';
import type { NodeAccelerators } from '../../../node/node.ts';
import { metricsLabel, metricsObjects } from '../metrics.ts';
import type { AcceleratorSetup, SetupGround } from '../setup.ts';
import { deviceNodes, keeper, nodeAccelerators, shownFolder, vendorService } from '../setup-devices.ts';
import { CUDA, DRIVER_ROOT, makeDriverRoot, NVML, showDriverRoot } from './driver-root.ts';
import { gpus } from './gpus.ts';
import { RELAXED } from './nvidia-plugin.ts';

const DRIVER = 'gpu.nvidia.com';

/** NVIDIA's DRA driver with the DeviceClass of its chart. */
function draSetup(name: string, summary: string, extendedResourceName?: string): AcceleratorSetup {
  return {
    name,
    summary,
    mode: 'dra',
    loadImage: 'python',
    programs: [NVML, CUDA, 'gpu-kubelet-plugin', 'nvidia-cdi-hook'],
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
    make: makeDra,
  };
}

async function makeDra(ground: SetupGround): Promise<NodeAccelerators> {
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
    services: [vendorService('nvidia-dra-driver', command), keeper(folder)],
    labels: metricsLabel('dcgm-4'),
    binds: [program('gpu-kubelet-plugin'), program('nvidia-cdi-hook')],
    prepare: [shownFolder(folder), ...showDriverRoot(root)],
  };
}

export const NVIDIA_DRA_SETUPS: readonly AcceleratorSetup[] = [
  draSetup('nvidia-dra', 'NVIDIA’s DRA driver'),
  draSetup(
    'nvidia-dra-extended',
    'NVIDIA’s DRA driver, whose DeviceClass is asked for as nvidia.com/gpu too (as its chart has it)',
    'nvidia.com/gpu',
  ),
];
