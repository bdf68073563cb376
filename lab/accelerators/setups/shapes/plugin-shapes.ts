import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../../build/cache.ts';
import type { NodeAccelerators } from '../../../node/node.ts';
import { projectFile } from '../../../project-root.ts';
import type { Accelerator } from '../../accelerator.ts';
import { type PluginShape, SHAPE_FILE } from '../../device-plugin/plugin-shape.ts';
import { prepareProtos } from '../../kubelet/protos.ts';
import { type MetricsShape, metricsLabel, metricsObjects } from '../metrics.ts';
import type { AcceleratorSetup, SetupGround } from '../setup.ts';
import { deviceNodes, nodeAccelerators, setupDevices } from '../setup-devices.ts';

/** How a vendor's device plugin hands devices out, where its own program cannot be had as a Go module. */
interface Shape {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly resource: string;
  /** The node of a device that works. */
  readonly path: (index: number) => string;
  /** A second node of the device, of a number of its own. */
  readonly beside?: (index: number) => string;
  readonly control?: readonly string[];
  readonly units?: number;
  readonly variable?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly metrics: MetricsShape;
}

/** Names of resources, nodes, variables and labels are those of the vendors' documentation. */
const SHAPES: readonly Shape[] = [
  {
    name: 'amd-shape',
    vendor: 'AMD',
    model: 'AMD Instinct MI300X',
    resource: 'amd.com/gpu',
    path: (index) => `/dev/dri/renderD${128 + index}`,
    beside: (index) => `/dev/dri/card${index}`,
    control: ['/dev/kfd'],
    labels: { 'amd.com/gpu.product-name': 'AMD_Instinct_MI300X' },
    metrics: 'amd',
  },
  {
    name: 'gaudi-shape',
    vendor: 'Intel Gaudi',
    model: 'HL-325L',
    resource: 'habana.ai/gaudi',
    path: (index) => `/dev/accel/accel${index}`,
    beside: (index) => `/dev/accel/accel_controlD${index}`,
    variable: 'HABANA_VISIBLE_DEVICES',
    metrics: 'gaudi',
  },
  {
    name: 'neuron-shape',
    vendor: 'AWS Neuron',
    model: 'Trainium',
    resource: 'aws.amazon.com/neuroncore',
    path: (index) => `/dev/neuron${index}`,
    units: 2,
    variable: 'AWS_NEURON_VISIBLE_DEVICES',
    metrics: 'neuron',
  },
  {
    name: 'tpu-shape',
    vendor: 'Google TPU',
    model: 'tpu-v6e-slice',
    resource: 'google.com/tpu',
    path: (index) => `/dev/vfio/${index}`,
    control: ['/dev/vfio/vfio'],
    labels: { 'cloud.google.com/gke-tpu-accelerator': 'tpu-v6e-slice' },
    metrics: 'gke',
  },
  {
    name: 'ascend-shape',
    vendor: 'Huawei Ascend',
    model: '910B4',
    resource: 'huawei.com/Ascend910',
    path: (index) => `/dev/davinci${index}`,
    control: ['/dev/davinci_manager', '/dev/devmm_svm', '/dev/hisi_hdc'],
    variable: 'ASCEND_VISIBLE_DEVICES',
    labels: { 'accelerator-type': 'module-910b-8' },
    metrics: 'ascend',
  },
];

function shapeSetup(shape: Shape): AcceleratorSetup {
  return {
    name: shape.name,
    summary: `the lab’s own device plugin in the shape of ${shape.vendor}’s: resource, device and control nodes`,
    mode: 'device-plugin',
    programs: [],
    offers: { resource: shape.resource },
    objects: metricsObjects(shape.metrics),
    make: (ground) => makeShape(ground, shape),
  };
}

async function makeShape(ground: SetupGround, shape: Shape): Promise<NodeAccelerators> {
  const { folder, plan, count } = ground;
  const control = shape.control ?? [];
  const seconds =
    shape.beside === undefined ? [] : Array.from({ length: count }, (_, index) => shape.beside?.(index) ?? '');
  const devices = await setupDevices(ground, { model: shape.model, memoryBytes: 1024 ** 3, path: shape.path }, [
    ...seconds,
    ...control,
  ]);
  writeFileSync(join(folder, SHAPE_FILE), JSON.stringify(pluginShape(shape, devices.accelerators)));
  const protos = await prepareProtos(projectFile('lab/go/core'), cacheRoot());
  const fromSource = import.meta.filename.endsWith('.ts');
  const program = projectFile(fromSource ? 'lab/accelerators/device-plugin/main.ts' : 'dist/lab-device-plugin.js');
  const kubeconfig = join(plan.directory, 'pki', 'kubelet.kubeconfig');
  return {
    accelerators: nodeAccelerators(devices),
    devices: deviceNodes(devices),
    services: [
      {
        name: 'device-plugin',
        command: [process.execPath, program, '--folder', folder, '--protos', protos, '--kubeconfig', kubeconfig],
      },
    ],
    labels: { ...metricsLabel(shape.metrics), ...shape.labels },
    binds: [protos],
  };
}

function pluginShape(shape: Shape, accelerators: readonly Accelerator[]): PluginShape {
  const { resource, control = [], units = 1, beside, variable } = shape;
  return {
    resource,
    control: [...control],
    beside: Object.fromEntries(
      accelerators.map(({ uuid, index }) => [uuid, beside === undefined ? [] : [beside(index)]]),
    ),
    units,
    variable,
  };
}

export const SHAPE_SETUPS: readonly AcceleratorSetup[] = SHAPES.map(shapeSetup);
