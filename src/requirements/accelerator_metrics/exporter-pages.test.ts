import { describe, expect, it } from 'vitest';
import { everyDeviceIsMeasured } from './every-device-is-measured.ts';
import { atRest, DCGM, endpoint, node } from './testing/metrics-story.ts';
import { verdictOf } from './testing/verdict-of.ts';

const GIB = 1024 ** 3;

/** Pages in the shape that real exporters have, with invented devices. */
function verdict(page: string, expected: number, memoryBytes?: number): string {
  const where = node('n1', {
    vendor: 'nvidia',
    expected,
    free: expected,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  return verdictOf(everyDeviceIsMeasured, atRest([[endpoint('n1'), page]]), {
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
