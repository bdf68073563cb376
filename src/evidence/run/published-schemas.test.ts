import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { pod } from '../testing/pod.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import { publishedSchemas } from './published-schemas.ts';

const folder = join(import.meta.dirname, '../../../docs/schemas');

describe('published schemas', () => {
  it.each([...publishedSchemas()])('docs/schemas/%s is up to date (npm run schemas)', (file, text) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  });

  it('are taken by a validator of somebody else, and tell entries from other things', () => {
    const schema = JSON.parse(publishedSchemas().get('timeline-entry.schema.json') ?? '') as object;
    const valid = new Ajv2020({ strict: false }).compile(schema);
    const script = new ScriptedTimeline()
      .watch('v1/Pod')
      .mark('a')
      .add(pod('a'))
      .gap('v1/Pod', 1)
      .answer({ name: 'a' })
      .completed();
    for (const entry of script.entries)
      expect([entry.kind, valid(entry), valid.errors]).toEqual([entry.kind, true, null]);
    expect(valid({ seq: 1, t: 1, at: 'x', kind: 'mark' })).toBe(false);
    expect(valid({ seq: 0, t: 1, at: 'x', kind: 'mark', name: 'a' })).toBe(false);
  });
});
