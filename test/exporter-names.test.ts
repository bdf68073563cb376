import { describe, expect, it } from 'vitest';
import { parseExposition } from '../src/exposition/index.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { readPage } from '../src/requirements/accelerator_metrics/page.ts';

const read = (page: string, devices: number) =>
  readPage(parseExposition(page, undefined), TABLES.acceleratorMetrics, { devices });

/** Series of two devices: names and values, a label that names the device, further labels. */
const page = (series: readonly (readonly [string, ...number[]])[], label: string, more = ''): string =>
  series
    .map(([name, ...values]) =>
      [0, 1].map((at) => `${name}{${label}="d${at}"${more}} ${values[at] ?? values[0]}\n`).join(''),
    )
    .join('');

describe('names of exporters', () => {
  it.each([
    ['DCGM exporter 1', 'uuid', '', 'dcgm_gpu_utilization', 'dcgm_fb_used', 'dcgm_fb_free'],
    ['Moore Threads', 'uuid', '', 'mtgpu_gpu_utilization', 'mtgpu_memory_used_bytes', 'mtgpu_memory_total_bytes'],
    ['Kunlunxin', 'uuid', '', 'node_xpu_utilization', 'node_xpu_memused', 'node_xpu_memtotal'],
    ['MetaX without prefix', 'deviceId', ',memType="vram"', 'gpu_usage', 'memory_used', 'memory_total'],
    [
      'Ascend, newer',
      'vdie_id',
      '',
      'npu_chip_info_ai_core_utilization',
      'npu_chip_info_hbm_used_memory',
      'npu_chip_info_hbm_total_memory',
    ],
    [
      'Tsingmicro',
      'uuid',
      '',
      'TSINGMICRO_KUIPER_UTILIZATION',
      'TSINGMICRO_KUIPER_MEMORY_USING',
      'TSINGMICRO_KUIPER_MEMORY_TOTAL',
    ],
  ])('of %s are read', (_who, label, more, util, used, rest) => {
    const found = read(
      page(
        [
          [util, 50],
          [used, 10],
          [rest, 90],
        ],
        label,
        more,
      ),
      2,
    );
    expect(found).toMatchObject({ outcome: 'shown', devices: [{ key: 'd0', points: 50 }, { key: 'd1' }] });
    expect(
      read(
        page(
          [
            [util, 50],
            [used, 10],
            [rest, 90],
          ],
          label,
          more,
        ),
        3,
      ).outcome,
    ).toBe('disproved');
  });

  it('Ascend without HBM: the memory that it has', () => {
    const series = page(
      [
        ['npu_chip_info_utilization', 1],
        ['npu_chip_info_hbm_used_memory', 0],
        ['npu_chip_info_hbm_total_memory', 0],
        ['npu_chip_info_used_memory', 2800],
        ['npu_chip_info_total_memory', 21_000],
      ],
      'vdie_id',
    );
    expect(read(series, 2)).toMatchObject({
      outcome: 'shown',
      devices: [{ used: 2800 * 2 ** 20, total: 21_000 * 2 ** 20 }, {}],
    });
  });
});

describe('values that say that there is none', () => {
  const dcgm = (util: number, used: number, more: [string, ...number[]][] = []) =>
    read(
      page(
        [['DCGM_FI_DEV_GPU_UTIL', util, 5], ['DCGM_FI_DEV_FB_USED', used, 5], ['DCGM_FI_DEV_FB_FREE', 90], ...more],
        'UUID',
      ),
      2,
    );

  it.each([2 ** 63, 2_147_483_632, 140_737_488_355_328, 4_294_967_295, 2 ** 64])(
    '%d is neither utilisation nor memory',
    (blank) => {
      expect(dcgm(1, 1).outcome).toBe('shown');
      expect(dcgm(blank, 1)).toMatchObject({
        outcome: 'disproved',
        why: expect.stringContaining('no utilisation') as string,
      });
      expect(dcgm(1, blank)).toMatchObject({
        outcome: 'disproved',
        why: expect.stringContaining('no used memory') as string,
      });
    },
  );

  it('another name that has a value stands in', () => {
    const blank = 2 ** 63;
    const found = dcgm(blank, 1, [['DCGM_FI_PROF_GR_ENGINE_ACTIVE', 0.25]]);
    expect(found).toMatchObject({ outcome: 'shown', devices: [{ points: 25 }, { points: 5 }] });
  });

  it('no device, and none expected: nothing is shown', () => {
    expect(read('# TYPE DCGM_FI_DEV_GPU_UTIL gauge\n', 0).outcome).toBe('unknown');
  });
});
