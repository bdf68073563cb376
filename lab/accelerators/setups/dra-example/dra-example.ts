import { join } from 'node:path';
import type { NodeAccelerators } from '../../../node/node.ts';
import type { AcceleratorSetup, SetupGround } from '../setup.ts';
import { vendorService } from '../setup-devices.ts';

const DRIVER = 'gpu.example.com';

/** The example DRA driver of Kubernetes. Its devices are variables in a container: there is no device node behind them. */
function exampleSetup(name: string, summary: string, flags: readonly string[]): AcceleratorSetup {
  return {
    name,
    summary,
    mode: 'dra',
    programs: ['dra-example-kubeletplugin'],
    offers: { driver: DRIVER },
    objects: [
      {
        apiVersion: 'resource.k8s.io/v1',
        kind: 'DeviceClass',
        metadata: { name: DRIVER },
        spec: { selectors: [{ cel: { expression: `device.driver == '${DRIVER}'` } }] },
      },
    ],
    make: async (ground) => makeExample(ground, flags),
  };
}

function makeExample({ plan, count, program }: SetupGround, flags: readonly string[]): NodeAccelerators {
  const driver = program('dra-example-kubeletplugin');
  const command = [
    driver,
    `--node-name=${plan.name}`,
    `--kubeconfig=${join(plan.directory, 'pki', 'kubelet.kubeconfig')}`,
    '--cdi-root=/var/run/cdi',
    `--num-devices=${count}`,
    ...flags,
  ];
  return {
    accelerators: Array.from({ length: count }, (_, index) => ({
      index,
      uuid: `${plan.name}-gpu-${index}`,
      path: 'none',
      blockDevice: 'none',
    })),
    devices: [],
    services: [vendorService('dra-example-driver', command)],
    labels: {},
    binds: [driver],
  };
}

export const DRA_EXAMPLE_SETUPS: readonly AcceleratorSetup[] = [
  exampleSetup('dra-example', 'the example DRA driver, whole devices', []),
  exampleSetup(
    'dra-example-partitions',
    'the example DRA driver, each device whole or in four parts (shared counters)',
    ['--gpu-partitions=4'],
  ),
];
