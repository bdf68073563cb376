import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, quote } from '../../../box/shell.ts';
import type { NodeAccelerators } from '../../../node/node.ts';
import { metricsLabel, metricsObjects } from '../metrics.ts';
import type { AcceleratorSetup, SetupGround } from '../setup.ts';
import { deviceNodes, keeper, nodeAccelerators, setupDevices, shownFolder, vendorService } from '../setup-devices.ts';

/** The first render node's number (Linux, DRM: minors from 128). */
const FIRST_RENDER = 128;
/** Intel Data Center GPU Flex 170. */
const PCI = { vendor: '0x8086', device: '0x56c0' };

function intelSetup(name: string, summary: string, flags: readonly string[]): AcceleratorSetup {
  return {
    name,
    summary,
    mode: 'device-plugin',
    programs: ['intel-gpu-plugin'],
    offers: { resource: 'gpu.intel.com/i915' },
    objects: metricsObjects('xpum-1'),
    make: (ground) => makeIntel(ground, name, flags),
  };
}

async function makeIntel(ground: SetupGround, name: string, flags: readonly string[]): Promise<NodeAccelerators> {
  const { folder, count, program } = ground;
  const shape = {
    // The model tells nodes of one resource apart, as with other vendors; Intel's plugin itself says nothing of it.
    model: name === 'intel-plugin' ? 'Intel Data Center GPU Flex 170' : 'Intel Data Center GPU Flex 140',
    memoryBytes: 1024 ** 3,
    path: (index: number) => `/dev/dri/renderD${FIRST_RENDER + index}`,
  };
  const cards = Array.from({ length: count }, (_, index) => `/dev/dri/card${index}`);
  const devices = await setupDevices(ground, shape, cards);
  const sys = makeSysfs(folder, count);
  const plugin = commandLine([program('intel-gpu-plugin'), ...flags]);
  return {
    accelerators: nodeAccelerators(devices),
    devices: deviceNodes(devices),
    services: [
      // Only the plugin sees the small sysfs: its option for another folder changes the paths in containers, too.
      vendorService('intel-gpu-plugin', [
        'unshare',
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-c',
        `mount --bind ${quote(sys)} /sys && exec ${plugin}`,
      ]),
      keeper(folder),
    ],
    labels: {
      'intel.feature.node.kubernetes.io/gpu': 'true',
      // From a rule of node feature discovery, too: the plugin tells nobody by how many it shares a device.
      'gpu.intel.com/device.count': String(count),
      'gpu.intel.com/family': 'Flex_Series',
      'gpu.intel.com/product': shape.model.endsWith('170') ? 'Flex_170' : 'Flex_140',
      ...metricsLabel('xpum-1'),
    },
    binds: [program('intel-gpu-plugin')],
    prepare: [shownFolder(folder)],
  };
}

/** What the plugin reads of sysfs: /sys/class/drm/cardN/device with its PCI numbers, its driver and its DRM nodes. */
function makeSysfs(folder: string, count: number): string {
  const sys = join(folder, 'sys');
  rmSync(sys, { recursive: true, force: true });
  mkdirSync(join(sys, 'bus', 'pci', 'drivers', 'i915'), { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const device = join(sys, 'class', 'drm', `card${index}`, 'device');
    mkdirSync(join(device, 'drm', `card${index}`), { recursive: true });
    mkdirSync(join(device, 'drm', `renderD${FIRST_RENDER + index}`));
    writeFileSync(join(device, 'vendor'), `${PCI.vendor}\n`);
    writeFileSync(join(device, 'device'), `${PCI.device}\n`);
    symlinkSync('../../../../bus/pci/drivers/i915', join(device, 'driver'));
  }
  return sys;
}

export const INTEL_SETUPS: readonly AcceleratorSetup[] = [
  intelSetup('intel-plugin', 'Intel’s GPU plugin', []),
  intelSetup('intel-shared', 'Intel’s GPU plugin, each GPU offered three times under the usual name', [
    '-shared-dev-num=3',
  ]),
];
