import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { metricsAnswer } from '../src/cli/metrics/metrics-answer.ts';
import { readPageFile } from '../src/cli/metrics/read-page.ts';
import { rowsOfMaker } from '../src/inventory/metrics-tables.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { readPage } from '../src/requirements/accelerator_metrics/page.ts';

const folder = join(import.meta.dirname, '../../shared/cases/wild');
const pages = existsSync(folder)
  ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'metrics.txt')))
  : [];

const Expected = z.object({
  args: z.array(z.string()),
  outcome: z.string(),
  told: z.number().optional(),
  problems: z.boolean().optional(),
});

// Pages after real bug reports, and what is right to make of them, where the folder with them is there.
describe.skipIf(pages.length === 0)(`pages of ${folder} (skipped where the folder is absent)`, () => {
  it.each(pages)('%s', async (name) => {
    const wanted = Expected.parse(JSON.parse(readFileSync(join(folder, name, 'expect.json'), 'utf8')));
    const option = (flag: string): string | undefined => {
      const at = wanted.args.indexOf(flag);
      return at < 0 ? undefined : wanted.args[at + 1];
    };
    const [vendor, devices] = [option('--vendor'), option('--devices')];
    const all = TABLES.acceleratorMetrics;
    const rows = vendor === undefined ? all : (rowsOfMaker(vendor, all).own ?? []);
    const { exposition, problems } = await readPageFile(join(folder, name, 'metrics.txt'), undefined);
    const of = devices === undefined ? undefined : { devices: Number(devices) };
    const answer = metricsAnswer(readPage(exposition, rows, of), exposition, problems);
    if (wanted.problems !== undefined) expect(answer.problems.some(({ fatal }) => fatal)).toBe(wanted.problems);
    if (wanted.outcome === 'parser-only') return;
    expect(wanted.outcome.split('|'), answer.why ?? '').toContain(answer.outcome);
    if (wanted.told !== undefined) expect(answer.told).toBe(wanted.told);
  });
});
