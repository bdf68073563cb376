import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { TABLES } from '../src/inventory/tables.ts';
import { ROOT, shell } from './run-cli.ts';

const SCRIPT = resolve(ROOT, 'scripts/loads/nvidia.sh');

it('the table’s load for NVIDIA is the script that people read', () => {
  const row = TABLES.acceleratorLoads.find(({ vendor }) => vendor === 'nvidia');
  expect(row?.script).toBe(readFileSync(SCRIPT, 'utf8'));
});

it('says so and ends where the container was given no driver library', async () => {
  const { code, stderr } = await shell(`PATH=/usr/bin:/bin sh ${SCRIPT}`);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^the container was given no driver library: .*libcuda/)]);
});
