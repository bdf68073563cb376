import { mkdir, writeFile } from 'node:fs/promises';
import { metricsSchema } from '../src/cli/metrics/metrics-answer.ts';
import { publishedSchemas } from '../src/evidence/run/published-schemas.ts';
import { inventorySchemas } from '../src/inventory/published-schemas.ts';

/** Writes docs/schemas: `npm run schemas`. A test fails when they are not up to date. */
await mkdir('docs/schemas', { recursive: true });
for (const [file, text] of [...publishedSchemas(), ...inventorySchemas(), metricsSchema()])
  await writeFile(`docs/schemas/${file}`, text);
