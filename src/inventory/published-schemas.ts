import { z } from 'zod';
import { discoverySchema } from './discovery.ts';

/** The JSON Schema of what `discover --format json` prints, by the name of its file in docs/schemas. */
export function inventorySchemas(): ReadonlyMap<string, string> {
  const json = z.toJSONSchema(discoverySchema, { target: 'draft-2020-12', io: 'output' });
  const text = JSON.stringify({ title: 'what plimsoll discover --format json prints', ...json }, null, 2);
  return new Map([['discovery.schema.json', `${text}\n`]]);
}
