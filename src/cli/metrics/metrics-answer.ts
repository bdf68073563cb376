import * as z from 'zod';
import type { Exposition, Problem } from '../../exposition/index.ts';
import type { PageReading } from '../../requirements/accelerator_metrics/page.ts';
import { terminalLine } from '../../terminal-text.ts';

const Device = z.strictObject({
  id: z.string(),
  utilisation: z.number().nullable().describe('a share from 0 to 1'),
  memoryUsed: z.number().nullable().describe('bytes'),
  memoryTotal: z.number().nullable().describe('bytes; told, or used and free together'),
  missing: z.array(z.enum(['utilisation', 'memoryUsed', 'memoryTotal'])),
});

/** What `plimsoll metrics --format json` prints: docs/schemas/metrics.schema.json. */
export const metricsAnswerSchema = z.strictObject({
  outcome: z
    .enum(['shown', 'disproved', 'unknown'])
    .describe('what accelerator_metrics would make of this page; unknown: see why'),
  why: z.string().nullable(),
  told: z.int().describe('devices or partitions that the page tells of, by identity'),
  exporter: z.string().nullable(),
  devices: z.array(Device),
  candidates: z.array(z.string()).describe('names that may be utilisation or memory, where no table knows them'),
  problems: z.array(
    z.strictObject({
      line: z.int().describe('1 is the first; 0: the page as a whole'),
      text: z.string(),
      fatal: z.boolean().describe('Prometheus throws the whole answer away because of it'),
    }),
  ),
  remarks: z.array(z.string()),
});

/** File in docs/schemas, and its text. */
export function metricsSchema(): readonly [string, string] {
  const json = z.toJSONSchema(metricsAnswerSchema, { target: 'draft-2020-12', io: 'output' });
  const text = JSON.stringify({ title: 'what plimsoll metrics --format json prints', ...json }, null, 2);
  return ['metrics.schema.json', `${text}\n`];
}

export type MetricsAnswer = z.infer<typeof metricsAnswerSchema>;

/** Puts what was read together; lists are there even when they are empty, null is "not known". */
export function metricsAnswer(
  reading: PageReading,
  exposition: Exposition,
  more: readonly Problem[] = [],
): MetricsAnswer {
  return {
    outcome: reading.outcome,
    why: reading.why ?? null,
    told: reading.devices.length,
    exporter: reading.exporter ?? null,
    devices: reading.devices.map(({ key, points, used, total }) => ({
      id: key,
      utilisation: points === undefined ? null : points / 100,
      memoryUsed: used ?? null,
      memoryTotal: total ?? null,
      missing: [
        ...(points === undefined ? (['utilisation'] as const) : []),
        ...(used === undefined ? (['memoryUsed'] as const) : []),
        ...(total === undefined ? (['memoryTotal'] as const) : []),
      ],
    })),
    candidates: [...reading.candidates],
    problems: [...more, ...exposition.problems]
      .sort((a, b) => a.line - b.line)
      .map(({ line, message, fatal }) => ({ line, text: message, fatal })),
    remarks: [...reading.remarks],
  };
}

/** The same for people. */
export function metricsText(answer: MetricsAnswer): string {
  const lines = [
    `${answer.outcome}${answer.why === null ? '' : `: ${answer.why}`}`,
    `exporter: ${answer.exporter ?? 'not known'}`,
    `devices told of: ${answer.told}`,
    ...answer.devices.map(
      ({ id, utilisation, memoryUsed, memoryTotal }) =>
        `  ${id}: ${utilisation === null ? 'no utilisation' : `${short(utilisation * 100)} %`}, ${memoryUsed === null ? 'no used memory' : `${mebibytes(memoryUsed)} used`}${memoryTotal === null ? '' : ` of ${mebibytes(memoryTotal)}`}`,
    ),
    ...section('may be utilisation or memory, and no table knows them', answer.candidates),
    ...section(
      'problems of the page',
      answer.problems.map(
        ({ line, text, fatal }) =>
          `${line === 0 ? '' : `line ${line}: `}${text}${fatal ? ' (scrapers refuse the page)' : ''}`,
      ),
    ),
    ...section('remarks', answer.remarks),
  ];
  return `${lines.map(terminalLine).join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function mebibytes(bytes: number): string {
  return `${short(bytes / 2 ** 20)} MiB`;
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
