import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { everyDeviceIsMeasured } from './every-device-is-measured.ts';
import { atRest, DCGM, endpoint, node } from './testing/metrics-story.ts';

const GIB = 1024 ** 3;

/** Pages in the shape that real exporters have, with invented devices. */
function verdict(page: string, expected: number, memoryBytes?: number): string {
  const where = node('n1', {
    vendor: 'nvidia',
    expected,
    free: expected,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  return resultOf(everyDeviceIsMeasured, atRest([[endpoint('n1'), page]]).completed(), {
    nodes: [where],
    rows: DCGM,
    monitors: [],
  });
}

/** One series for each of two GPUs. */
function gpus(name: string, values: readonly [number, number]): string {
  const labels = (at: number): string =>
    `gpu="${at}",UUID="GPU-0${at}",pci_bus_id="00000000:4${at}:00.0",device="nvidia${at}",modelName="X 80GB",hostname="n1",DCGM_FI_SYSTEM_DRIVER_VERSION="580.1"`;
  return `# TYPE ${name} gauge\n${values.map((value, at) => `${name}{${labels(at)}} ${value}\n`).join('')}`;
}

describe('DCGM exporter since 4.9: other names, shares of 1 and bytes', () => {
  const page = (used: readonly [number, number]): string =>
    [
      gpus('DCGM_FI_DEV_GPU_UTIL_RATIO', [0.37, 0]),
      gpus('DCGM_FI_DEV_FB_USED_BYTES', used),
      gpus('DCGM_FI_DEV_FB_FREE_BYTES', [79 * GIB, 80 * GIB]),
      gpus('DCGM_FI_DEV_FB_CAPACITY_BYTES', [80 * GIB, 80 * GIB]),
      gpus('DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO', [0.37, 0]),
    ].join('');

  it('passes where each device has both values', () => {
    expect(verdict(page([GIB, 0]), 2, 80 * GIB)).toBe('pass');
  });

  it('fails where a device is missing, and where a value cannot be', () => {
    expect(verdict(page([GIB, 0]), 3, 80 * GIB)).toMatch(/^fail: .*2 devices are told of, there are 3/);
    expect(verdict(page([81.5 * GIB, 0]), 2, 80 * GIB)).toMatch(
      /^fail: .*GPU-00: 87509958656 bytes used of 85899345920/,
    );
  });
});

describe('other shapes of real pages', () => {
  const labels = 'gpu="0",UUID="GPU-00",modelName="X 80GB"';

  it('memory that is told once for each pod of a shared device is that of one device', () => {
    const page = ['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_FB_USED', 'DCGM_FI_DEV_FB_FREE']
      .flatMap((name, at) =>
        ['p1', 'p2'].map((pod) => `${name}{${labels},namespace="a",pod="${pod}"} ${[37, 1024, 80_000][at]}\n`),
      )
      .join('');
    expect(verdict(page, 1, 81_024 * 2 ** 20)).toBe('pass');
    expect(verdict(page, 1, 40_000 * 2 ** 20)).toMatch(
      /^fail: .*a memory of 84959821824 bytes, where the cluster says/,
    );
  });

  it('fourteen of fifty-six partitions measured are not all', () => {
    const part = (at: number): string =>
      `DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="${at}",UUID="GPU-${at}",GPU_I_ID="7"} 0\nDCGM_FI_DEV_FB_USED{gpu="${at}",UUID="GPU-${at}",GPU_I_ID="7"} 1\n`;
    const page = Array.from({ length: 14 }, (_, at) => part(at)).join('');
    expect(verdict(page, 56)).toMatch(/^fail: .*14 devices are told of, there are 56/);
    expect(verdict(page, 14)).toBe('pass');
  });
});
