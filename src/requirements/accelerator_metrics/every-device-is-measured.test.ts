import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import type { MeteredNode } from '../../inventory/metered-nodes.ts';
import { TABLES } from '../../inventory/tables.ts';
import { everyDeviceIsMeasured } from './every-device-is-measured.ts';
import { answered, atRest, DCGM, endpoint, exposition, IDLE, node, OTEL } from './testing/metrics-story.ts';

type Answers = Parameters<typeof atRest>[0];

function verdict(
  answers: Answers,
  nodes: readonly MeteredNode[] = [node('n1')],
  rows = OTEL,
  notReady: object[] = [],
): string {
  return resultOf(everyDeviceIsMeasured, atRest(answers, notReady).completed(), { nodes, rows, monitors: [] });
}

const n1 = endpoint('n1');
const good = exposition(IDLE);
const gib = 1024 ** 3;

describe('every device is measured', () => {
  it('passes where each device has both values, by count or by the names of the cluster', () => {
    expect(verdict([[n1, good]])).toBe('pass');
    const named = node('n1', {
      devices: [
        { name: 'gpu-0', pool: 'n1', names: ['gpu-0', 'ACC-1'], memoryBytes: gib },
        { name: 'gpu-1', pool: 'n1', names: ['gpu-1', 'ACC-2'], memoryBytes: gib },
      ],
    });
    expect(verdict([[n1, good]], [named])).toBe('pass');
  });

  it('passes on what two exporters tell together, and on DCGM with partitions', () => {
    const [a, b] = [
      exposition(IDLE.map(({ id, used }) => ({ id, used: used ?? 0 }))),
      exposition(IDLE.map(({ id, busy }) => ({ id, busy: busy ?? 0 }))),
    ];
    expect(
      verdict([
        [n1, a],
        [endpoint('n1', { port: 9999 }), b],
      ]),
    ).toBe('pass');
    const mig = ['7', '8']
      .map(
        (id) => `DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="GPU-a",GPU_I_ID="${id}"} 0.5
DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a",GPU_I_ID="${id}"} 10
DCGM_FI_DEV_FB_FREE{gpu="0",UUID="GPU-a",GPU_I_ID="${id}"} 90
`,
      )
      .join('');
    const nvidia = { vendor: 'nvidia' };
    expect(verdict([[n1, mig]], [node('n1', nvidia)], DCGM)).toBe('pass');
    // M12: one partition is missing.
    const part = mig
      .split('\n')
      .filter((line) => !line.includes('"8"'))
      .join('\n');
    expect(verdict([[n1, `${part}\n`]], [node('n1', nvidia)], DCGM)).toMatch(
      /^fail: .*1 devices are told of, there are 2/,
    );
  });

  it('cannot know where the number of devices is not known', () => {
    expect(verdict([[n1, good]], [node('n1', { expected: 1, unsure: 'nothing tells how many there are' })])).toMatch(
      /^inconclusive \(environment\): .*nothing tells how many there are/,
    );
  });

  describe('with two exporters on the node', () => {
    const other = endpoint('n1', { pod: 'other', port: 9999 });
    const told = (id: string, more = ''): string =>
      `hw_gpu_utilization_ratio{hw_id="${id}"${more}} 0\nhw_gpu_memory_usage_bytes{hw_id="${id}"${more}} 0\n`;

    it('fails where both tell of the same device under different names, and nobody of the other', () => {
      const one = exposition(IDLE.slice(0, 1));
      const said = verdict([
        [n1, one],
        [other, told('0000:01:00.0')],
      ]);
      expect(said).toMatch(/^fail: .*1 devices are told of, there are 2.*other exporters of the node tell no more/);
    });

    it('passes where one tells all, whatever another one leaves out', () => {
      const partial =
        'hw_gpu_utilization_ratio{hw_id="0000:01:00.0"} 0\nhw_gpu_utilization_ratio{hw_id="0000:02:00.0"} 0\n';
      expect(
        verdict([
          [n1, good],
          [other, partial],
        ]),
      ).toBe('pass');
    });

    it('adds up what names devices by UUID or PCI address, written in whatever way', () => {
      const [first, second] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
      expect(
        verdict([
          [n1, told(first)],
          [other, told(second)],
        ]),
      ).toBe('pass');
      const dcgm = (uuid: string, pci: string): string =>
        `DCGM_FI_DEV_GPU_UTIL{UUID="GPU-${uuid}",pci_bus_id="00000000:${pci}:00.0"} 1\n`;
      const memory = (pci: string): string => `nvidia_smi_memory_used_bytes{pci_bus_id="0000:${pci}:00.0"} 1\n`;
      expect(
        verdict(
          [
            [n1, dcgm(first, 'A1') + dcgm(second, 'A2')],
            [other, memory('a1') + memory('a2')],
          ],
          [node('n1', { vendor: 'nvidia' })],
          [...TABLES.acceleratorMetrics],
        ),
      ).toBe('pass');
    });
  });

  it.each([
    [
      'M1 no memory',
      exposition(IDLE.map(({ id, busy }) => ({ id, busy: busy ?? 0 }))),
      /ACC-1 has no used memory; ACC-2 has no used memory/,
    ],
    [
      'M3 only one device',
      exposition(IDLE.slice(0, 1)),
      /1 devices are told of, there are 2 \(acme.dev\/gpu offers 2 there\)/,
    ],
    [
      'M4 only declared',
      '# HELP hw_gpu_utilization_ratio x\n# TYPE hw_gpu_utilization_ratio gauge\nup 1\n',
      /0 devices are told of.*is declared and has no series/,
    ],
    ['M5 NaN', exposition(IDLE.map((one) => ({ ...one, busy: 'NaN' }))), /ACC-1 has no utilisation/],
    [
      'M8 a sum',
      'hw_gpu_utilization_ratio{node="n1"} 0.5\nhw_gpu_memory_usage_bytes{node="n1"} 5\n',
      /hw_gpu_utilization_ratio names no device/,
    ],
    [
      'M9 used over total',
      exposition([
        { id: 'ACC-1', busy: 0, used: 5e9 },
        { id: 'ACC-2', busy: 0, used: 0 },
      ]),
      /are possible: ACC-1: 5000000000 bytes used of 1073741824/,
    ],
    [
      'M9 over 100 %',
      exposition([
        { id: 'ACC-1', busy: 37, used: 0 },
        { id: 'ACC-2', busy: 0, used: 0 },
      ]),
      /are possible: ACC-1: a utilisation of 3700 %/,
    ],
    [
      'the same series twice',
      `${good}hw_gpu_utilization_ratio{hw_id="ACC-1"} 1\n`,
      /well-formed exposition: .*line 7: the series .* stands there twice/,
    ],
    [
      'a line that is none',
      `${good}hw_gpu_utilization_ratio{hw_id=ACC-1} 1\n`,
      /line 7: a quoted value of hw_id is wanted/,
    ],
  ])('fails with %s', (_name, body, wanted) => {
    const said = verdict([[n1, body]]);
    expect(said).toMatch(/^fail: .*/);
    expect(said).toMatch(wanted);
  });

  it('M10: fails where only copy engines and encoders are told of', () => {
    const body = `DCGM_FI_DEV_MEM_COPY_UTIL{gpu="0",UUID="GPU-a"} 3
DCGM_FI_DEV_ENC_UTIL{gpu="0",UUID="GPU-a"} 3
DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a"} 3
`;
    expect(verdict([[n1, body]], [node('n1', { vendor: 'nvidia', expected: 1 })], DCGM)).toMatch(
      /^fail: .*GPU-a has no utilisation/,
    );
  });

  it('fails where a known device is not told of, and where the memory is not the one that the cluster says', () => {
    const known = (name: string, memoryBytes: number) => ({ name, pool: 'n1', names: [name], memoryBytes });
    const off = node('n1', { devices: [known('ACC-1', gib), known('ACC-9', gib)] });
    expect(verdict([[n1, good]], [off])).toMatch(/^fail: .*nothing is told of ACC-9/);
    const small = node('n1', { devices: [known('ACC-1', gib * 1.2), known('ACC-2', gib)] });
    expect(verdict([[n1, good]], [small])).toMatch(
      /^fail: .*ACC-1: a memory of 1073741824 bytes, where the cluster says/,
    );
  });

  it('M7: fails for a node without an endpoint where another has one', () => {
    expect(verdict([[n1, good]], [node('n1'), node('n2')])).toMatch(
      /^fail: .*accelerators on n2: 0 possible endpoints .*; n1 has one/,
    );
  });

  it.each([
    ['<html>', { type: 'text/html' }, /is refused: .*its Content-Type is "text\/html"/],
    ['{"gpus":[]}', { type: 'application/json' }, /its Content-Type is "application\/json"/],
    ['up 1\n', {}, /tells nothing of accelerators \(1 series of something else\)/],
  ])('M11: fails where an exporter answers %j', (body, more, wanted) => {
    const said = verdict([[n1, body, more]]);
    expect(said).toMatch(/^fail: .*/);
    expect(said).toMatch(wanted);
  });

  it('cannot know where metrics are protected, silent, unknown or nowhere', () => {
    expect(verdict([[n1, 'Unauthorized', { status: 401 }]])).toMatch(/^inconclusive \(environment\): .*answered 401/);
    expect(verdict([[n1, '', { status: 503, said: 'connection refused' }]])).toMatch(
      /^inconclusive \(environment\): .*did not answer \(connection refused\)/,
    );
    expect(verdict([], [node('n1')], OTEL, [{ node: 'n1', pod: 'a/b', why: 'Pending, x ImagePullBackOff' }])).toMatch(
      /^inconclusive \(environment\): .*a\/b is not ready \(Pending, x ImagePullBackOff\)/,
    );
    const other = endpoint('n1', { exporter: false });
    const foreign =
      'acme_core_usage{card="0"} 1\nacme_core_usage{card="1"} 1\nacme_mem_used{card="0"} 1\nacme_mem_used{card="1"} 1\n';
    expect(verdict([[other, foreign]])).toMatch(
      /^inconclusive \(unknown-accelerator\): .*acme_core_usage .*acme_mem_used/,
    );
    expect(verdict([[other, '<html>', { type: 'text/html' }]])).toMatch(/^inconclusive \(not-found\)/);
    expect(verdict([])).toMatch(/^inconclusive \(not-found\)/);
  });

  it('tells old samples from new ones where they have a time of their own', () => {
    const at = (ms: number): string => good.replaceAll('\n', ` ${ms}\n`);
    const twice = (later: number): string => {
      const script = atRest([[n1, at(1_700_000_000_000)]]).wait(36_000);
      answered(script, n1, at(later));
      return resultOf(everyDeviceIsMeasured, script.completed(), { nodes: [node('n1')], rows: OTEL, monitors: [] });
    };
    expect(twice(1_700_000_030_000)).toBe('pass');
    expect(twice(1_700_000_000_000)).toMatch(/^fail: .*their own time is 2023-11-14T22:13:20.000Z still 36 s later/);
  });
});
