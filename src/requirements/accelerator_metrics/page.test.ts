import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../exposition/index.ts';
import { rowsOfMaker } from '../../inventory/metrics-tables.ts';
import { TABLES } from '../../inventory/tables.ts';
import { type PageReading, readPage } from './page.ts';

type Labels = Readonly<Record<string, string>>;

/** One line for each device of a family. */
function series(name: string, devices: readonly Labels[], value: number | ((at: number) => number)): string {
  const line = (labels: Labels, at: number): string => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}{${pairs.join(',')}} ${typeof value === 'number' ? value : value(at)}\n`;
  };
  return devices.map(line).join('');
}

function read(page: string, devices: number | undefined, vendor?: string): PageReading {
  const all = TABLES.acceleratorMetrics;
  const rows = vendor === undefined ? all : (rowsOfMaker(vendor, all).own ?? []);
  return readPage(parseExposition(page, 'text/plain'), rows, devices === undefined ? undefined : { devices });
}

const each = (count: number, labels: (at: number) => Labels): Labels[] =>
  Array.from({ length: count }, (_, at) => labels(at));

/** Pages in the shape that real exporters have (names, units and labels are theirs), with invented devices: all, and one too few. */
const WHOLE: readonly (readonly [string, string | undefined, string, number, (count: number) => string])[] = [
  [
    'DCGM before 4.9, host in lower case',
    'nvidia',
    'NVIDIA DCGM exporter, before 4.9',
    2,
    (count) => {
      const all = each(count, (at) => ({ gpu: `${at}`, UUID: `GPU-${at}`, hostname: 'n' }));
      return (
        series('DCGM_FI_DEV_GPU_UTIL', all, 3) +
        series('DCGM_FI_DEV_FB_USED', all, 5) +
        series('DCGM_FI_DEV_FB_FREE', all, 5)
      );
    },
  ],
  [
    'DCGM 4.9',
    'nvidia',
    'NVIDIA DCGM exporter, 4.9 or later',
    2,
    (count) => {
      const all = each(count, (at) => ({ gpu: `${at}`, UUID: `GPU-${at}`, hostname: 'n' }));
      return series('DCGM_FI_DEV_GPU_UTIL_RATIO', all, 1) + series('DCGM_FI_DEV_FB_USED_BYTES', all, 5e9);
    },
  ],
  [
    'AMD with a prefix of its own',
    'amd',
    'AMD device metrics exporter',
    2,
    (count) => {
      const all = each(count, (at) => ({
        gpu_id: `${at}`,
        serial_number: `77${at}`,
        gpu_partition_id: '0',
        gpu_compute_partition_type: 'spx',
      }));
      return (
        series('acme_gpu_gfx_activity', all, 3) +
        series('acme_gpu_used_vram', all, 283) +
        series('acme_gpu_total_vram', all, 196592)
      );
    },
  ],
  [
    'AMD in CPX by what is told of each partition',
    'amd',
    'AMD device metrics exporter',
    8,
    (count) => {
      const all = each(count, (at) => ({
        gpu_id: '0',
        serial_number: '77',
        gpu_partition_id: `${at}`,
        gpu_compute_partition_type: 'cpx',
      }));
      return series('gpu_gfx_busy_instantaneous', all, 3) + series('gpu_used_vram', all, 283);
    },
  ],
  [
    'Intel XPU Manager 2: engines and memory banks have names of their own',
    'intel',
    'Intel XPU Manager, 2',
    2,
    (count) => {
      const gpus = each(count, (at) => ({ pci_bdf: `0000:1${at}:00.0` }));
      const engines = gpus.flatMap((gpu) => [
        { ...gpu, hw_id: '0', hw_name: 'compute', hw_gpu_task: 'compute-all' },
        { ...gpu, hw_id: '1', hw_name: 'media', hw_gpu_task: 'media-all' },
      ]);
      const banks = gpus.flatMap((gpu) =>
        [0, 1].map((bank) => ({ ...gpu, hw_id: `${bank}`, hw_name: `bank ${bank}` })),
      );
      return (
        series('hw_gpu_utilization_ratio', engines, 0.5) +
        series('hw_memory_usage_bytes', banks, 1e9) +
        series('hw_memory_size_bytes', banks, 8e9)
      );
    },
  ],
  [
    'Gaudi',
    'intel',
    'Intel Gaudi metric exporter',
    8,
    (count) => {
      const all = each(count, (at) => ({ UUID: `01P0-HL-${at}`, device: `accel${at}` }));
      return (
        series('habanalabs_utilization', all, 0) +
        series('habanalabs_memory_used_bytes', all, 7e8) +
        series('habanalabs_memory_total_bytes', all, 1e11)
      );
    },
  ],
  [
    'Neuron with its hardware',
    'aws',
    'AWS Neuron monitor',
    4,
    (count) => {
      const cores = each(count * 8, (at) => ({ neuroncore: `${at}`, runtime_tag: '1' }));
      return (
        series('neuron_hardware_info', [{ neuroncore_per_device_count: '8', neuron_device_count: '4' }], 1) +
        series('neuroncore_utilization_ratio', cores, 0.1) +
        series('neuroncore_memory_usage_tensors', cores, 100) +
        series('neuroncore_memory_usage_constants', cores, 10)
      );
    },
  ],
  [
    'GKE, GPUs of the node',
    'nvidia',
    'GKE device plugin (GPU)',
    2,
    (count) => {
      const all = each(count, (at) => ({ make: 'nvidia', accelerator_index: `${at}`, model: 'x' }));
      return (
        series('duty_cycle_gpu_node', all, 0) +
        series('memory_used_gpu_node', all, 0) +
        series('memory_total_gpu_node', all, 16e9)
      );
    },
  ],
  [
    'GKE, TPU chips in use',
    'google',
    'GKE device plugin (TPU)',
    4,
    (count) => {
      const all = each(count, (at) => ({ make: 'cloud-tpu', accelerator_id: `480-${at}`, container: 'jax' }));
      return series('duty_cycle', all, 90) + series('memory_used', all, 1e9) + series('memory_total', all, 16e9);
    },
  ],
  [
    'Ascend 310P, without HBM',
    'huawei',
    'Huawei Ascend NPU exporter',
    2,
    (count) => {
      const all = each(count, (at) => ({ id: `${at}`, vdie_id: `DIE-${at}` }));
      return (
        series('npu_chip_info_utilization', all, 0) +
        series('npu_chip_info_used_memory', all, 1000) +
        series('npu_chip_info_total_memory', all, 21527)
      );
    },
  ],
  [
    'Rebellions',
    'rebellions',
    'Rebellions metrics exporter',
    2,
    (count) => {
      const all = each(count, (at) => ({ uuid: `R-${at}`, card: 'RBLN-X', name: `rbln${at}` }));
      return (
        series('RBLN_DEVICE_STATUS:UTILIZATION', all, 0) +
        series('RBLN_DEVICE_STATUS:DRAM_USED', all, 1e9) +
        series('RBLN_DEVICE_STATUS:DRAM_TOTAL', all, 16e9)
      );
    },
  ],
  [
    'Iluvatar',
    'iluvatar',
    'Iluvatar ix-exporter',
    2,
    (count) => {
      const all = each(count, (at) => ({ gpu: `${at}`, uuid: `GPU-${at}` }));
      return (
        series('ix_gpu_utilization', all, 0) + series('ix_mem_used', all, 100) + series('ix_mem_total', all, 32768)
      );
    },
  ],
  [
    'Enflame',
    'enflame',
    'Enflame GCU exporter',
    2,
    (count) => {
      const all = each(count, (at) => ({ minor_number: `${at}`, uuid: `T-${at}`, busid: `0000:0${at}:00.0` }));
      return series('enflame_gcu_usage', all, 0) + series('enflame_gcu_memory_used_bytes', all, 1e9);
    },
  ],
  [
    'nvidia_gpu_exporter',
    'nvidia',
    'exporter of nvidia-smi',
    2,
    (count) => {
      const all = each(count, (at) => ({ uuid: `GPU-${at}` }));
      return series('nvidia_smi_utilization_gpu_ratio', all, 0) + series('nvidia_smi_memory_used_bytes', all, 1e9);
    },
  ],
];

describe('pages of exporters', () => {
  it.each(WHOLE)('%s', (_name, vendor, exporter, count, page) => {
    for (const given of [vendor, undefined]) {
      expect(read(page(count), count, given)).toMatchObject({ outcome: 'shown', exporter });
      expect(read(page(count), count, given).devices).toHaveLength(count);
    }
    // One too few is never enough; without the number nothing is known.
    expect(read(page(count - 1), count, vendor).outcome).not.toBe('shown');
    expect(read(page(count), undefined, vendor)).toMatchObject({
      outcome: 'unknown',
      why: expect.stringMatching(/--devices/),
    });
  });

  it('add the parts of a memory up once, whoever holds the device', () => {
    const pods = ['p1', 'p2', 'p3'].map((pod) => ({
      gpu: '0',
      UUID: 'GPU-a',
      pod,
      namespace: 'a',
      vgpu: pod,
      app: pod,
    }));
    const page =
      series('DCGM_FI_DEV_GPU_UTIL', pods, 40) +
      series('DCGM_FI_DEV_FB_USED', pods, 1000) +
      series('DCGM_FI_DEV_FB_FREE', pods, 9000) +
      series('DCGM_FI_DEV_FB_RESERVED', pods, 24);
    expect(read(page, 1, 'nvidia').devices).toMatchObject([{ used: 1000 * 2 ** 20, total: 10024 * 2 ** 20 }]);
    const runtimes = ['1', '2'].map((tag) => ({ neuroncore: '0', runtime_tag: tag, instance_type: 'trn1.2xlarge' }));
    const neuron =
      series('neuroncore_utilization_ratio', runtimes, 0.1) + series('neuroncore_memory_usage_tensors', runtimes, 7);
    expect(read(neuron, 1, 'aws').devices).toMatchObject([{ key: '0', used: 14 }]);
  });

  it('keep partitions apart from what they are parts of', () => {
    const parent = [{ gpu: '0', UUID: 'GPU-a' }];
    const parts = each(7, (at) => ({ gpu: '0', UUID: 'GPU-a', GPU_I_PROFILE: '1g.10gb', GPU_I_ID: `${at + 7}` }));
    const busy = series('DCGM_FI_PROF_GR_ENGINE_ACTIVE', parts, 0);
    const whole = series('DCGM_FI_DEV_FB_USED', parent, 100);
    expect(read(busy + whole, 7, 'nvidia')).toMatchObject({
      outcome: 'disproved',
      why: expect.stringMatching(/GPU-a\/7 has no used memory/),
    });
    expect(read(busy + series('DCGM_FI_DEV_FB_USED', [...parent, ...parts], 10), 7, 'nvidia').outcome).toBe('shown');
    expect(read(busy + series('DCGM_FI_DEV_FB_USED', parts, 10), 14, 'nvidia').outcome).toBe('disproved');
  });

  it('cannot know where an exporter tells only of what is in use', () => {
    const idle = series('neuron_hardware_info', [{ neuroncore_per_device_count: '2', neuron_device_count: '16' }], 1);
    expect(read(idle, 16)).toMatchObject({
      outcome: 'unknown',
      why: expect.stringMatching(/only while a runtime uses it/),
    });
    const chips = each(4, (at) => ({ make: 'cloud-tpu', accelerator_id: `480-${at}` }));
    expect(read(series('tensorcore_utilization_node', chips, 0), 4)).toMatchObject({ outcome: 'unknown' });
    const held = [{ make: 'nvidia', accelerator_id: 'GPU-a', container: 'c' }];
    const gke = series('duty_cycle', held, 1) + series('memory_used', held, 1) + series('memory_total', held, 2);
    expect(read(gke, 2, 'nvidia')).toMatchObject({
      outcome: 'unknown',
      why: expect.stringMatching(/1 devices are told of, there are 2/),
    });
    const cpx = each(8, (at) => ({
      serial_number: '77',
      gpu_partition_id: `${at}`,
      gpu_compute_partition_type: 'cpx',
    }));
    const first = series('gpu_gfx_activity', cpx.slice(0, 1), 3);
    expect(read(first + series('gpu_used_vram', cpx, 3), 8)).toMatchObject({
      outcome: 'unknown',
      why: expect.stringMatching(/first partition/),
    });
    // Memory is told of idle partitions too.
    expect(read(first + series('gpu_used_vram', cpx.slice(0, 4), 3), 8).outcome).toBe('disproved');
  });

  it('cannot tell devices by their cores alone', () => {
    const cores = each(16, (at) => ({ neuroncore: `${at}` }));
    const page =
      series('neuroncore_utilization_ratio', cores, 0.1) + series('neuroncore_memory_usage_tensors', cores, 1);
    expect(read(page, 16)).toMatchObject({
      outcome: 'unknown',
      why: expect.stringMatching(/how many cores a device has/),
    });
  });

  it('never count a device twice that is named in two ways', () => {
    const page =
      series('hw_gpu_utilization_ratio', [{ hw_id: 'ACC-1' }, { hw_id: '0000:01:00.0' }], 0) +
      series('hw_gpu_memory_usage_bytes', [{ hw_id: 'ACC-1' }, { hw_id: '0000:01:00.0' }], 0);
    expect(read(page, 2)).toMatchObject({
      outcome: 'disproved',
      why: expect.stringMatching(/may be the same under another name/),
    });
    const mixed =
      series('DCGM_FI_DEV_GPU_UTIL', [{ UUID: 'GPU-a', gpu: '0' }], 0) +
      series('DCGM_FI_DEV_FB_USED', [{ UUID: 'GPU-a', gpu: '0' }], 0) +
      series('DCGM_FI_DEV_GPU_UTIL', [{ device: 'nvidia0' }], 0) +
      series('DCGM_FI_DEV_FB_USED', [{ device: 'nvidia0' }], 0);
    expect(read(mixed, 2).outcome).toBe('disproved');
  });

  it('name candidates where names are unknown, also of a family that is known', () => {
    const all = each(2, (at) => ({ card: `${at}` }));
    const acme = series('acme_npu_activity', all, 1) + series('acme_npu_dram_bytes', all, 1);
    expect(read(acme, 2)).toMatchObject({
      outcome: 'unknown',
      candidates: ['acme_npu_activity', 'acme_npu_dram_bytes'],
    });
    const gpus = each(2, (at) => ({ UUID: `GPU-${at}`, gpu: `${at}` }));
    const renamed = series('DCGM_FI_DEV_BUSY_SHARE', gpus, 1) + series('DCGM_FI_DEV_FB_USED_BYTES', gpus, 1);
    expect(read(renamed, 2)).toMatchObject({ outcome: 'unknown', candidates: ['DCGM_FI_DEV_BUSY_SHARE'] });
    // What is known to be something else is none.
    const copies = series('DCGM_FI_DEV_MEM_COPY_UTIL', gpus, 1) + series('DCGM_FI_DEV_FB_USED', gpus, 1);
    expect(read(copies, 2)).toMatchObject({ outcome: 'disproved', candidates: [] });
    const nothing = 'vllm:num_requests_running{engine="0"} 1\n';
    expect(read(nothing, 2)).toMatchObject({
      outcome: 'unknown',
      why: expect.stringMatching(/no metrics of accelerators/),
      candidates: [],
    });
    expect(read('[{"a":1}]', 2)).toMatchObject({ outcome: 'unknown', why: expect.stringMatching(/JSON/) });
  });

  it('take a duplicate only where it is read', () => {
    const all = each(2, (at) => ({ uuid: `u-${at}` }));
    const page = series('xpum_engine_ratio', all, 0.1) + series('xpum_memory_used_bytes', all, 1);
    const other = series('xpum_per_engine_ratio', [...all, ...all], (at) => at);
    expect(read(page + other, 2).outcome).toBe('shown');
    expect(read(page + series('xpum_engine_ratio', all.slice(0, 1), 0.2), 2)).toMatchObject({
      outcome: 'disproved',
      why: expect.stringMatching(/stands there twice/),
    });
  });

  it('take values that stand for "not supported" for none', () => {
    const all = each(1, () => ({ uuid: 'T-0' }));
    const page = series('enflame_gcu_usage', all, -1) + series('enflame_gcu_memory_used_bytes', all, 1e9);
    expect(read(page, 1)).toMatchObject({ outcome: 'disproved', why: expect.stringMatching(/T-0 has no utilisation/) });
  });
});
