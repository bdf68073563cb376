import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plimsoll } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-metrics-'));
const page = (name: string, text: string | Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const gpu = (at: number): string =>
  `DCGM_FI_DEV_GPU_UTIL{UUID="GPU-${at}"} 1\nDCGM_FI_DEV_FB_USED{UUID="GPU-${at}"} 1\nDCGM_FI_DEV_FB_FREE{UUID="GPU-${at}"} 1\n`;
const two = page('two.txt', gpu(0) + gpu(1));

describe('plimsoll metrics', () => {
  it.each([
    [['--devices', '2'], 0, 'shown'],
    [['--devices', '3'], 1, 'disproved'],
    [[], 2, 'unknown'],
    [['--vendor', 'amd', '--devices', '2'], 2, 'unknown'],
  ])('%j ends with %i', async (args, code, outcome) => {
    const { code: status, stdout } = await plimsoll(['metrics', two, ...args, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ outcome });
    expect(status).toBe(code);
  });

  it('reads a compressed page, and says when one is not whole', async () => {
    const packed = gzipSync(gpu(0) + gpu(1));
    const { code, stdout } = await plimsoll(['metrics', page('two.gz', packed), '--devices', '2', '--format', 'json']);
    expect([code, (JSON.parse(stdout) as { outcome: string }).outcome]).toEqual([0, 'shown']);
    const cut = await plimsoll(['metrics', page('cut.gz', packed.subarray(0, 30)), '--devices', '2']);
    expect(cut).toMatchObject({ code: 3, stderr: expect.stringContaining('page-not-read') as string });
    const bomb = await plimsoll(['metrics', page('bomb.gz', gzipSync(Buffer.alloc(64 * 2 ** 20))), '--devices', '2']);
    expect(bomb).toMatchObject({ code: 2, stdout: expect.stringContaining('more than 16 MiB') as string });
  });

  it.each([
    [['no-such-page.txt'], 'page-not-read'],
    [[two, '--vendor', 'nobody'], 'vendor-unknown'],
    [[two, '--devices', 'two'], 'whole number'],
    [[two, '--format', 'xml'], 'unknown-value'],
  ])('%j is a usage error', async (args, said) => {
    const { code: status, stderr } = await plimsoll(['metrics', ...args]);
    expect(stderr).toContain(said);
    expect(status).toBe(3);
  });

  it('counts the devices from the objects of the node', async () => {
    const node = (name: string, gpus: number) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/os': 'linux' } },
      status: {
        allocatable: { 'nvidia.com/gpu': String(gpus) },
        capacity: { 'nvidia.com/gpu': String(gpus) },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
    const objects = page(
      'nodes.json',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [node('a', 2), node('b', 3)] }),
    );
    const asked = (...more: string[]) => plimsoll(['metrics', two, '--node-objects', objects, ...more]);
    expect(await asked('--node', 'a')).toMatchObject({ code: 0 });
    const { code, stdout } = await asked('--node', 'b');
    expect(stdout).toContain('2 devices are told of, there are 3 (nvidia.com/gpu offers 3 there)');
    expect(code).toBe(1);
    expect((await asked()).stderr).toContain('node-not-clear');
  });

  it('tells the line of what is no UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(gpu(0)),
      Buffer.from([0x61, 0x7b, 0x62, 0x3d, 0x22, 0xff, 0x22, 0x7d]),
      Buffer.from(' 1\n'),
    ]);
    const { stdout } = await plimsoll(['metrics', page('latin.txt', bytes), '--devices', '1', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ line: 4, fatal: true }] });
  });
});
