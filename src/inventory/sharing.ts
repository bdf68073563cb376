import { quantity } from './quantity.ts';
import type { Unit } from './tables.ts';

/** What a node says about the pieces of silicon behind one of its extended resources. */
export interface Sharing {
  readonly unit: Unit;
  /** Pieces of silicon, where the node tells. */
  readonly physical?: number;
  /** How a device is shared or cut: `time-slicing`, `MIG 1g.10gb`, `HAMi`. */
  readonly strategy?: string;
  /** Of shares of partitions: how many partitions there are. */
  readonly partitions?: number;
  /** What does not fit together. */
  readonly contradiction?: string;
}

/** The part of a node that tells. */
export interface TellingNode {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly capacity: Readonly<Record<string, number>>;
  readonly allocatable: Readonly<Record<string, number>>;
}

/**
 * Whether a resource whose name says "device" stands for whole devices on this node, for shares of them or for partitions: as the labels of
 * NVIDIA's, GKE's, Intel's and AMD's node labellers and the register of HAMi say. Undefined: nothing says anything else.
 */
export function sharingOf(name: string, node: TellingNode): Sharing | undefined {
  const there = node.capacity[name] ?? node.allocatable[name] ?? 0;
  return (
    hamiRegister(name, node, there) ??
    (name.startsWith('nvidia.com/') ? (nvidiaSharing(name, node, there) ?? gkeSharing(node, there)) : undefined) ??
    (name.startsWith('gpu.intel.com/') ? intelSharing(node, there) : undefined) ??
    (name === 'amd.com/gpu' ? amdPartitions(node, there) : undefined) ??
    (name.startsWith('aliyun.com/gpu-') ? ofMachine(node) : undefined)
  );
}

function ofMachine({ labels }: TellingNode): Sharing | undefined {
  const physical = countOfMachine(labels);
  return physical === undefined ? undefined : { unit: 'amount', physical };
}

function nvidiaSharing(name: string, { labels }: TellingNode, there: number): Sharing | undefined {
  const product = labels['nvidia.com/gpu.product'] ?? '';
  const count = numberIn(labels['nvidia.com/gpu.count']) ?? countOfMachine(labels);
  const base = name.replace(/\.shared$/, '');
  const mig = base.startsWith('nvidia.com/mig-');
  const replicas = numberIn(labels[mig ? `${base}.replicas` : 'nvidia.com/gpu.replicas']) ?? 1;
  const said = labels[mig ? `${base}.sharing-strategy` : 'nvidia.com/gpu.sharing-strategy'] ?? '';
  const shared =
    name.endsWith('.shared') || replicas > 1 || (!mig && (/-SHARED$/i.test(product) || !['', 'none'].includes(said)));
  const profile = mig ? base.slice('nvidia.com/mig-'.length) : /-MIG-([\dcg.]+gb\S*?)(-SHARED)?$/i.exec(product)?.[1];
  const isCut = mig || profile !== undefined || saysSingleMig(labels, count, there, replicas);
  const partitions = isCut ? there / replicas : undefined;
  // In the strategy `single` the count may be that of the partitions.
  const pieces = isCut ? (count !== undefined && !mig && count < there / replicas ? count : undefined) : count;
  if (shared) {
    const behind = isCut ? pieces : (pieces ?? whole(there / replicas));
    const strategy = said === '' || said === 'none' ? 'shared' : said;
    const wanted = behind === undefined || isCut ? undefined : behind * replicas;
    return {
      unit: 'share',
      strategy: profile === undefined ? strategy : `${strategy} of MIG ${profile}`,
      ...(behind === undefined ? {} : { physical: behind }),
      ...(partitions === undefined ? {} : { partitions: Math.floor(partitions) }),
      ...(replicas > 1 && wanted !== undefined && wanted !== there
        ? { contradiction: `its labels say ${behind} devices in ${replicas} shares each, and there are ${there}` }
        : {}),
    };
  }
  if (!isCut && count !== undefined && count < there)
    return { unit: 'share', physical: count, contradiction: `its labels say ${count} devices, and there are ${there}` };
  if (!isCut) return count === undefined ? undefined : { unit: 'device' };
  return {
    unit: 'partition',
    strategy: profile === undefined ? 'MIG' : `MIG ${profile}`,
    ...(pieces === undefined ? {} : { physical: pieces }),
  };
}

/** Clouds and Karpenter say how many GPUs a machine has. */
const COUNTS = [
  'karpenter.k8s.aws/instance-gpu-count',
  'eks.amazonaws.com/instance-gpu-count',
  'karpenter.azure.com/sku-gpu-count',
  'gpu.nvidia.com/count',
  'aliyun.accelerator/nvidia_count',
];

function countOfMachine(labels: Readonly<Record<string, string>>): number | undefined {
  return COUNTS.flatMap((key) => numberIn(labels[key]) ?? [])[0];
}

/** The strategy alone says nothing: it is set on nodes whose devices are whole, too. */
function saysSingleMig(
  labels: Readonly<Record<string, string>>,
  count: number | undefined,
  there: number,
  replicas: number,
): boolean {
  if (labels['nvidia.com/mig.strategy'] !== 'single') return false;
  return (
    labels['nvidia.com/gpu.slices.gi'] !== undefined ||
    /^all-\d+g/.test(labels['nvidia.com/mig.config'] ?? '') ||
    (replicas <= 1 && count !== undefined && there > count)
  );
}

function gkeSharing({ labels }: TellingNode, there: number): Sharing | undefined {
  const physical = numberIn(labels['cloud.google.com/gke-accelerator-count']);
  const size = labels['cloud.google.com/gke-gpu-partition-size'] ?? '';
  const strategy = labels['cloud.google.com/gke-gpu-sharing-strategy'] ?? '';
  const clients = numberIn(labels['cloud.google.com/gke-max-shared-clients-per-gpu']) ?? 1;
  const pieces = physical === undefined ? {} : { physical };
  if (clients > 1 || !['', 'none'].includes(strategy)) {
    const behind = physical ?? (size === '' ? whole(there / clients) : undefined);
    return {
      unit: 'share',
      strategy: strategy || 'shared',
      ...(behind === undefined ? {} : { physical: behind }),
      ...(size === '' ? {} : { partitions: Math.floor(there / clients) }),
    };
  }
  return size === '' ? undefined : { unit: 'partition', strategy: `MIG ${size}`, ...pieces };
}

/** `gpu.intel.com/device.count`, or per model `gpu.intel.com/device-id.0300-56c0.count`; the plugin's share of each is not told. */
function intelSharing({ labels, allocatable }: TellingNode, there: number): Sharing | undefined {
  const models = Object.entries(labels).flatMap(([key, value]) =>
    /^gpu\.intel\.com\/device-id\..*\.count$/.test(key) ? [Number(value) || 0] : [],
  );
  const thousandths = allocatable['gpu.intel.com/millicores'];
  const physical =
    numberIn(labels['gpu.intel.com/device.count']) ??
    whole(models.reduce((sum, one) => sum + one, 0)) ??
    (thousandths === undefined ? undefined : whole(thousandths / 1000));
  if (physical === undefined || there <= physical) return undefined;
  return { unit: 'share', physical, strategy: 'shared-dev-num' };
}

const AMD_PARTS: Readonly<Record<string, number>> = { dpx: 2, tpx: 3, qpx: 4 };

/**
 * Partitions of one AMD device by the mode in which it computes (`cpx`); undefined for a whole one, or no mode. In CPX each die is one:
 * MI300A has six, MI308X four, their siblings eight.
 */
export function amdParts(mode: string, labels: Readonly<Record<string, string>>): number | undefined {
  if (mode !== 'cpx') return AMD_PARTS[mode];
  const isProduct = (product: RegExp): boolean =>
    Object.entries(labels).some(([key, value]) => product.test(`${key}=${value}`));
  return isProduct(/MI300A(?!\w)/i) ? 6 : isProduct(/MI308X/i) ? 4 : 8;
}

function amdPartitions({ labels }: TellingNode, there: number): Sharing | undefined {
  const key = Object.keys(labels).find((one) => /^(beta\.)?amd\.com\/(gpu\.)?compute-(memory-)?partition/.test(one));
  const all = key === undefined ? '' : (labels[key] ?? '');
  const told = /^(.*\.)?([a-z]{3})(_nps\d)?$/i.exec(all || (key?.split('.').at(-1) ?? ''))?.[2]?.toLowerCase() ?? '';
  if (/passthrough/.test(labels['amd.com/gpu.driver-type'] ?? labels['amd.com/driver-type'] ?? ''))
    return { unit: 'virtual', strategy: 'pass-through' };
  const parts = amdParts(told, labels);
  if (parts === undefined) return undefined;
  const physical = whole(there / parts);
  return { unit: 'partition', strategy: all, ...(physical === undefined ? {} : { physical }) };
}

/** Names of the makers in HAMi's register, by the domain of their resources. */
const HAMI_DOMAINS: Readonly<Record<string, RegExp>> = {
  'nvidia.com': /nvidia|vgpu/i,
  'volcano.sh': /nvidia|vgpu/i,
  'amd.com': /amd/i,
  'huawei.com': /ascend|npu/i,
  'cambricon.com': /mlu|cambricon/i,
  'hygon.com': /dcu|hygon/i,
  'iluvatar.ai': /iluvatar|ix/i,
  'mthreads.com': /mthreads/i,
  'metax-tech.com': /metax|mx/i,
  'enflame.com': /enflame|gcu/i,
  'kunlunxin.com': /kunlun|xpu/i,
  'vastaitech.com': /vasta/i,
};

/** `hami.io/node-nvidia-register`, `hami.io/node-register-Ascend910B4`, `volcano.sh/node-vgpu-register`: one entry for each device. */
function hamiRegister(name: string, { annotations }: TellingNode, there: number): Sharing | undefined {
  const [domain = ''] = name.split('/');
  const maker = HAMI_DOMAINS[domain];
  if (maker === undefined) return undefined;
  const entries = Object.entries(annotations).filter(([key]) => {
    const of = /^(?:hami\.io|4pd\.io|volcano\.sh)\/node-(?:register-(.+)|(.+)-register)$/.exec(key);
    return of !== null && maker.test(of[1] ?? of[2] ?? '');
  });
  const own = name.split('/')[1]?.replace(/-(memory|core)$/, '') ?? '';
  // A register for each model names it.
  const chosen = entries.find(([key]) => key.endsWith(`-${own}`)) ?? entries[0];
  const devices = chosen === undefined ? [] : readRegister(chosen[1]);
  if (devices.length === 0) return undefined;
  const shares = devices.reduce((sum, one) => sum + one, 0);
  if (shares <= devices.length) return { unit: 'device', physical: devices.length };
  return {
    unit: 'share',
    physical: devices.length,
    strategy: domain === 'volcano.sh' ? 'Volcano vGPU' : 'HAMi',
    // An amount is counted in another way.
    ...(there === shares || /mem|core|percent/i.test(name)
      ? {}
      : { contradiction: registered(devices, shares, there) }),
  };
}

function registered(devices: readonly number[], shares: number, there: number): string {
  return `its register tells of ${devices.length} devices in ${shares} shares, and there are ${there}`;
}

/** Shares of each device: a JSON list, or (older) `id,count,memory,...` parted by colons. */
function readRegister(written: string): number[] {
  try {
    const list: unknown = JSON.parse(written);
    if (Array.isArray(list))
      return list.flatMap((one: unknown) =>
        typeof one === 'object' && one !== null ? [Number((one as { count?: unknown }).count ?? 1) || 1] : [],
      );
  } catch {
    // the older form
  }
  return written
    .split(':')
    .map((one) => one.split(','))
    .flatMap((fields) => (fields.length < 3 ? [] : [Number(fields[1]) || 1]));
}

function numberIn(written: string | undefined): number | undefined {
  const read = written === undefined ? undefined : quantity(written);
  return read !== undefined && Number.isInteger(read) && read > 0 ? read : undefined;
}

function whole(value: number): number | undefined {
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
