import { z } from 'zod';
import { manifestSchema } from '../seal/manifest.ts';
import { entrySchema } from '../timeline/entry.ts';
import { runEventSchema } from './run-event.ts';
import { runReportSchema } from './run-report.ts';

const SCHEMAS = {
  report: [runReportSchema, 'report.json of a run'],
  manifest: [manifestSchema, 'manifest.json of a run'],
  'timeline-entry': [entrySchema, 'one line of a timeline.jsonl'],
  event: [runEventSchema, 'one line of events.jsonl, and of run --format json'],
} as const;

/** The JSON Schemas in docs/schemas, by name: made from the schemas that this program itself reads with. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  const texts = Object.entries(SCHEMAS).map(([name, [schema, title]]): [string, string] => {
    const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'output' });
    return [`${name}.schema.json`, `${JSON.stringify({ title, ...json }, null, 2)}\n`];
  });
  return new Map(texts);
}
