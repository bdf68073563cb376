import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Inventory } from './inventory.ts';
import { inBytes } from './metrics-tables.ts';
import { metricsReadiness } from './readiness.ts';
import { readTables, TABLES } from './tables.ts';

const matches = (source: string, name: string): boolean => new RegExp(`^(?:${source})$`).test(name);

async function fileWith(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'plimsoll-tables-')), 'tables.yaml');
  await writeFile(file, text);
  return file;
}

describe('tables of metrics', () => {
  it('recognise every name of their own by which a device is measured', () => {
    for (const row of TABLES.acceleratorMetrics) {
      const plain = [...row.utilisation, ...row.memoryUsed].map(({ name }) =>
        name
          .replaceAll(/\([^()]*\)\?/g, '')
          .replaceAll('\\.', '.')
          .replace('.+', 'x'),
      );
      for (const name of plain) expect(matches(row.recognise, name), `${row.id} ${name}`).toBe(true);
    }
  });

  it('never take the load of copy engines, encoders or decoders for utilisation', () => {
    const traps = ['DCGM_FI_DEV_MEM_COPY_UTIL', 'DCGM_FI_DEV_ENC_UTIL', 'DCGM_FI_DEV_DEC_UTIL', 'gpu_umc_activity'];
    const taken = TABLES.acceleratorMetrics.flatMap((row) =>
      traps.filter((trap) => row.utilisation.some(({ name }) => matches(name, trap))),
    );
    expect(taken).toEqual([]);
  });

  it('take rows of a user before the own ones, and name the place of a wrong one', async () => {
    const row = `acceleratorMetrics:
- {id: mine, title: Mine, vendors: [acme], recognise: "acme_.+", exporters: [], ports: [9999], identity: [id],
   utilisation: [{name: acme_busy, unit: ratio}], memoryUsed: [{name: acme_mem, unit: KiB}], memoryTotal: [], auxiliary: []}
acceleratorLoads:
- {vendor: acme, script: "burn", image: example/burn}
`;
    const tables = await readTables(await fileWith(row));
    expect(tables.acceleratorMetrics[0]?.id).toBe('mine');
    expect(tables.acceleratorMetrics.length).toBe(TABLES.acceleratorMetrics.length + 1);
    expect(tables.acceleratorLoads[0]?.vendor).toBe('acme');
    const wrong = row.replace('acme_.+', 'acme_(');
    await expect(readTables(await fileWith(wrong))).rejects.toMatchObject({
      code: 'tables-file',
      message: expect.stringContaining('no regular expression'),
    });
  });

  it('convert amounts', () => {
    expect(inBytes(256, 'MiB')).toBe(268435456);
    expect(inBytes(3, 'bytes')).toBe(3);
  });
});

describe('readiness for accelerator metrics', () => {
  it('names accelerators that nobody knows how to put to work', () => {
    const supply = (name: string, vendor: string) => ({
      node: 'n1',
      mode: 'device-plugin',
      name,
      vendor,
      usable: 1,
      free: 1,
    });
    const { acceleratorLoads } = TABLES;
    const nodes = [{ name: 'n1', candidate: true }];
    const of = (...accelerators: object[]): string[] =>
      metricsReadiness({ accelerators, acceleratorLoads, nodes } as unknown as Inventory).missing.map(
        ({ what }) => what,
      );
    expect(of(supply('lab.plimsoll.dev/accelerator', 'plimsoll-lab'))).toEqual([]);
    expect(of(supply('nvidia.com/gpu', 'nvidia'))).toEqual([]);
    expect(of(supply('amd.com/gpu', 'amd'))).toEqual([
      'no program is known that puts amd.com/gpu to work: that its metrics follow a load cannot be shown',
    ]);
    expect(of()).toEqual(['no accelerator on a node that pods can be put on']);
  });
});
