import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../exposition/index.ts';
import { TABLES } from '../../inventory/tables.ts';
import { readPage } from '../../requirements/accelerator_metrics/page.ts';
import { metricsAnswer, metricsSchema, metricsText } from './metrics-answer.ts';

const [file, schema] = metricsSchema();
const valid = new Ajv2020({ strict: false }).compile(JSON.parse(schema) as object);

const answer = (page: string, devices?: number) => {
  const exposition = parseExposition(page, undefined);
  const of = devices === undefined ? undefined : { devices };
  return metricsAnswer(readPage(exposition, TABLES.acceleratorMetrics, of), exposition);
};

const GPU = (name: string, value: number): string => `${name}{gpu="0",UUID="GPU-a"} ${value}\n`;

describe('what plimsoll metrics prints', () => {
  it('has a published schema that is up to date (npm run schemas)', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../docs/schemas', file), 'utf8')).toBe(schema);
  });

  it('obeys the schema, and tells null from 0', () => {
    const whole = answer(`${GPU('DCGM_FI_DEV_GPU_UTIL', 50)}${GPU('DCGM_FI_DEV_FB_USED', 0)}`, 1);
    expect(valid(whole), JSON.stringify(valid.errors)).toBe(true);
    expect(whole).toMatchObject({
      outcome: 'shown',
      told: 1,
      exporter: 'NVIDIA DCGM exporter, before 4.9',
      devices: [{ id: 'GPU-a', utilisation: 0.5, memoryUsed: 0, memoryTotal: null, missing: ['memoryTotal'] }],
      problems: [],
    });
    const none = answer('up 1\nup 2\nup 3', 1);
    expect(valid(none), JSON.stringify(valid.errors)).toBe(true);
    expect(none).toMatchObject({ outcome: 'unknown', told: 0, exporter: null, devices: [] });
    expect(none.problems.map(({ line, fatal }) => [line, fatal])).toEqual([
      [2, false],
      [3, false],
      [3, false],
    ]);
  });

  it('reads well', () => {
    const page = `${GPU('DCGM_FI_DEV_GPU_UTIL', 12.5)}${GPU('DCGM_FI_DEV_FB_USED', 512)}${GPU('DCGM_FI_DEV_FB_FREE', 512)}oops\n`;
    expect(
      metricsText(answer(page, 2)),
    ).toBe(`disproved: line 4: the line ends where a value is wanted; 1 devices are told of, there are 2 (as was said)
exporter: NVIDIA DCGM exporter, before 4.9
devices told of: 1
  GPU-a: 12.5 %, 512 MiB used of 1024 MiB
problems of the page:
  line 4: the line ends where a value is wanted (scrapers refuse the page)
`);
  });
});
