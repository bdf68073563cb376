import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify } from './accelerators.ts';
import { fits, readTables, TABLES } from './tables.ts';

async function fileWith(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'plimsoll-tables-')), 'tables.yaml');
  await writeFile(file, text);
  return file;
}

describe('tables', () => {
  it('lets a user row win over the project row', async () => {
    const own =
      'extendedResources:\n- {match: "example.com/*", class: accelerator, vendor: example}\n- {match: nvidia.com/gpu, class: other, vendor: ""}\n';
    const tables = await readTables(await fileWith(own));
    expect(classify('example.com/npu', tables)?.vendor).toBe('example');
    expect(classify('nvidia.com/gpu', tables)?.class).toBe('other');
    expect(tables.vendors).toEqual(TABLES.vendors);
  });

  it('names the place of a wrong row', async () => {
    const file = await fileWith('extendedResources:\n- {match: x, class: gpu, vendor: ""}\n');
    await expect(readTables(file)).rejects.toMatchObject({
      code: 'tables-file',
      message: expect.stringContaining('extendedResources[0].class'),
    });
    await expect(readTables(await fileWith('resources: []'))).rejects.toMatchObject({ code: 'tables-file' });
    await expect(readTables('/nowhere/tables.yaml')).rejects.toMatchObject({ code: 'tables-file' });
  });

  it('has a regular expression in every device pattern, and a vendor row for every accelerator vendor of DRA', () => {
    for (const row of TABLES.vendors)
      for (const pattern of [...row.perDevice, ...row.control]) expect(() => new RegExp(pattern)).not.toThrow();
  });

  it('counts no node of a single device among those that a vendor shares: their names have no number', () => {
    for (const row of TABLES.vendors)
      for (const pattern of row.control) expect(pattern, row.vendor).not.toMatch(/0-9|\\d|\.[*+]/);
  });

  it('takes * for anything and everything else literally', () => {
    expect(fits('a.b/*-x', 'a.b/c-x')).toBe(true);
    expect(fits('a.b/*', 'aXb/c')).toBe(false);
    expect(fits('abc', 'abcd')).toBe(false);
  });
});
