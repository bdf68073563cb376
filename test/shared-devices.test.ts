import { describe, expect, it } from 'vitest';
import { differences, type Expected } from './expected-discovery.ts';
import { device, discovered, type NodeParts, node, slice } from './own-objects.ts';

const GPU = 'nvidia.com/gpu';
type Unit = NonNullable<NonNullable<Expected['offers']>[number]['unit']>;

/** What a node advertises and says, and what the first of its names is: unit, pieces of silicon, accelerators to be measured. */
const CASES: readonly (readonly [
  what: string,
  allocatable: Record<string, string>,
  parts: NodeParts,
  unit: Unit,
  physical: number | null | undefined,
  measured: number | null,
])[] = [
  ['MPS on GKE', { [GPU]: '6' }, gke({ 'sharing-strategy': 'mps' }, '3', '2'), 'share', 2, 2],
  ['partitions on GKE that are shared', { [GPU]: '21' }, gke({ 'partition-size': '1g.5gb' }, '3', '1'), 'share', 1, 7],
  ['more than a labeller counted', { [GPU]: '20' }, labels({ 'nvidia.com/gpu.count': '2' }), 'share', 2, 2],
  ['more than the machine has', { [GPU]: '4' }, labels({ 'karpenter.k8s.aws/instance-gpu-count': '1' }), 'share', 1, 1],
  [
    'as many as the machine has',
    { [GPU]: '4' },
    labels({ 'eks.amazonaws.com/instance-gpu-count': '4' }),
    'device',
    4,
    4,
  ],
  [
    'a register of shares that does not fit: left over, perhaps',
    { [GPU]: '8' },
    { annotations: { 'hami.io/node-nvidia-register': '[{"id":"a","count":10},{"id":"b","count":10}]' } },
    'share',
    null,
    null,
  ],
  [
    'shares of another maker that a register lists',
    { 'hygon.com/dcunum': '8' },
    { annotations: { 'hami.io/node-dcu-register': '[{"id":"a","count":4},{"id":"b","count":4}]' } },
    'share',
    2,
    2,
  ],
  [
    'memory, counted by the cloud',
    { 'aliyun.com/gpu-mem': '30' },
    labels({ 'aliyun.accelerator/nvidia_count': '2' }),
    'amount',
    2,
    2,
  ],
  [
    'percent of Volcengine',
    { 'vke.volcengine.com/mgpu-core': '200', 'vke.volcengine.com/mgpu-memory': '32000' },
    {},
    'amount',
    2,
    2,
  ],
  [
    'percent of Huawei Cloud',
    { 'volcano.sh/gpu-core.percentage': '100', 'volcano.sh/gpu-mem.128Mi': '120' },
    {},
    'amount',
    1,
    1,
  ],
  ['shares of Baidu', { 'baidu.com/a100_80g_cgpu': '16', 'baidu.com/a100_80g_cgpu_core': '200' }, {}, 'share', 2, 2],
  [
    'an MI308X in CPX has four dies',
    { 'amd.com/gpu': '32' },
    labels({ 'amd.com/compute-memory-partition': 'cpx_nps1', 'amd.com/gpu.product-name': 'AMD_Instinct_MI308X' }),
    'partition',
    8,
    32,
  ],
  [
    'an MI300A in CPX has six',
    { 'amd.com/cpx_nps1': '6' },
    labels({ 'amd.com/gpu.product-name': 'AMD_Instinct_MI300A' }),
    'partition',
    1,
    6,
  ],
  [
    'a vGPU stays one beside a count',
    { 'nvidia.com/NVIDIA_A10-4Q': '6' },
    labels({ 'nvidia.com/gpu.count': '1' }),
    'virtual',
    undefined,
    0,
  ],
];

function labels(of: Record<string, string>): NodeParts {
  return { labels: of };
}

function gke(more: Record<string, string>, clients: string, count: string): NodeParts {
  const own = Object.entries(more).map(([key, value]) => [`cloud.google.com/gke-gpu-${key}`, value]);
  return labels({
    ...(Object.fromEntries(own) as Record<string, string>),
    'cloud.google.com/gke-max-shared-clients-per-gpu': clients,
    'cloud.google.com/gke-accelerator-count': count,
  });
}

describe('what is handed out', () => {
  it.each(CASES)('%s', (_what, allocatable, parts, unit, physical, measured) => {
    const [name = ''] = Object.keys(allocatable);
    const found = discovered(node('n', allocatable, parts));
    const offer = { node: 'n', name, unit, ...(physical === undefined ? {} : { physical }) };
    expect(differences({ offers: [offer] }, found)).toEqual([]);
    expect(found.measured).toEqual(measured === 0 ? [] : [{ node: 'n', devices: measured }]);
  });

  it.each([
    'vpc.amazonaws.com/efa',
    'nvidia.com/ibp24s0',
    'alibabacloud.com/erdma',
    'networking.oci.example.com/vnic',
    'huawei.com/roce',
    'ptp.openshift.io/clock',
    'spdk.io/nvme',
    'xilinx.com/fpga-u280',
  ])('%s is no accelerator, and nobody is asked about it', (name) => {
    expect(discovered(node('n', { [name]: '4' })).offers).toEqual([]);
  });

  it.each(['acme.net/npu', 'acme.network/gpu', 'net.acme.example/xpu', 'acme.example/memory-accel'])(
    '%s may be one, whatever its domain sounds like',
    (name) => {
      expect(discovered(node('n', { [name]: '4' })).offers).toMatchObject([{ name, unit: 'unknown' }]);
    },
  );
});

describe('drivers of DRA that no row names', () => {
  it.each([
    ['npu.huawei.com', 'huawei', 'device'],
    ['gpu.metax-tech.com', 'metax', 'device'],
    ['dra.tenstorrent.com', 'tenstorrent', 'device'],
    ['spyre.ibm.com', 'ibm', 'device'],
    ['gpu.acme.net', null, 'device'],
    ['things.acme.example', null, 'unknown'],
  ])('%s: by the domain of its maker, or by what it says', (driver, vendor, unit) => {
    const found = discovered(node('n'), slice(driver, 'n', [device('a', { uuid: 'a' })]));
    expect(found.offers).toMatchObject([{ name: driver, vendor, unit, atOnce: 1 }]);
  });

  it.each(['ub.networking.huawei.com', 'nic.amd.com', 'cpu.example.com'])('%s is none', (driver) => {
    expect(discovered(node('n'), slice(driver, 'n', [device('a', { uuid: 'a' })])).offers).toEqual([]);
  });
});
