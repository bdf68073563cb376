import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLES } from '../../../src/inventory/tables.ts';
import { takeInventory } from '../../../src/inventory/take-inventory.ts';
import { TestLab } from '../testing/test-lab.ts';
import { SETUPS } from './setups.ts';

/** Their DeviceClass has the name of another set-up's: they need a lab of their own. */
const ALONE = ['nvidia-dra-extended', 'dra-example'];

/** What two devices of each set-up are offered as: mode, name, unit, usable, free, and the silicon behind them where it is told. */
const OFFERS: Readonly<Record<string, readonly (readonly [string, string, string, number, number, number?])[]>> = {
  'nvidia-plugin': [['device-plugin', 'nvidia.com/gpu', 'device', 2, 2]],
  'nvidia-time-slicing': [['device-plugin', 'nvidia.com/gpu', 'share', 8, 8, 2]],
  'nvidia-time-slicing-renamed': [['device-plugin', 'nvidia.com/gpu.shared', 'share', 8, 8, 2]],
  'nvidia-time-slicing-one': [['device-plugin', 'nvidia.com/gpu', 'share', 8, 8, 2]],
  'nvidia-mig-single': [['device-plugin', 'nvidia.com/gpu', 'partition', 6, 6]],
  'nvidia-mig-mixed': [
    ['device-plugin', 'nvidia.com/mig-1g.1gb', 'partition', 4, 4],
    ['device-plugin', 'nvidia.com/mig-2g.2gb', 'partition', 2, 2],
    ['device-plugin', 'nvidia.com/mig-3g.3gb', 'partition', 2, 2],
  ],
  'nvidia-cdi': [['device-plugin', 'nvidia.com/gpu', 'device', 2, 2]],
  'nvidia-plugin-defaults': [['device-plugin', 'nvidia.com/gpu', 'device', 2, 2]],
  'nvidia-dra': [['dra', 'gpu.nvidia.com', 'device', 2, 2]],
  'nvidia-dra-and-plugin': [
    ['device-plugin', 'nvidia.com/gpu', 'device', 2, 2],
    ['dra', 'gpu.nvidia.com', 'device', 2, 2],
  ],
  'nvidia-runtime': [['device-plugin', 'nvidia.com/gpu', 'device', 2, 2]],
  'nvidia-runtime-default': [['device-plugin', 'nvidia.com/gpu', 'device', 2, 2]],
  'nvidia-runtime-hardened': [['device-plugin', 'nvidia.com/gpu', 'device', 2, 2]],
  'intel-plugin': [['device-plugin', 'gpu.intel.com/i915', 'device', 2, 2]],
  'intel-shared': [['device-plugin', 'gpu.intel.com/i915', 'share', 6, 6, 2]],
  'dra-example-partitions': [['dra', 'gpu.example.com', 'partition', 8, 8, 2]],
  'amd-shape': [['device-plugin', 'amd.com/gpu', 'device', 2, 2]],
  'gaudi-shape': [['device-plugin', 'habana.ai/gaudi', 'device', 2, 2]],
  'neuron-shape': [['device-plugin', 'aws.amazon.com/neuroncore', 'core', 4, 4]],
  'tpu-shape': [['device-plugin', 'google.com/tpu', 'device', 2, 2]],
  'ascend-shape': [['device-plugin', 'huawei.com/Ascend910', 'device', 2, 2]],
};

/** A node for each set-up on one lab of this machine: twenty-one kubelets. */
describe('every accelerator set-up on one lab', () => {
  const names = SETUPS.map(({ name }) => name).filter((name) => !ALONE.includes(name));
  let lab: TestLab;
  beforeAll(async () => {
    lab = await TestLab.up(
      'test-every-setup',
      names.map((setup) => ({ name: setup, accelerators: 2, setup })),
    );
  });
  afterAll(async () => {
    await lab.down();
  });

  it('is known here', () => {
    expect(Object.keys(OFFERS).toSorted()).toEqual(names.toSorted());
  });

  it('discover tells what each node offers: unit, how many, how many are free', async () => {
    const { accelerators } = await takeInventory(lab.cluster, TABLES);
    const told = accelerators.map(({ node, mode, name, unit = 'device', usable, free, physical }) => [
      node,
      [
        mode,
        name,
        unit,
        usable,
        free,
        ...(unit === 'share' || (unit === 'partition' && mode === 'dra') ? [physical] : []),
      ],
    ]);
    const byNode = Object.fromEntries(
      names.map((name) => [
        name,
        told
          .flatMap(([node, offer]) => (node === name ? [offer] : []))
          .toSorted((a, b) => String(a).localeCompare(String(b))),
      ]),
    );
    expect(byNode).toEqual(OFFERS);
  });
});
