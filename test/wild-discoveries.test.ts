import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Discovery, discoveryOf } from '../src/inventory/discovery.ts';
import { readFiles } from '../src/inventory/objects/read-files.ts';
import { TABLES } from '../src/inventory/tables.ts';
import { inventoryOf } from '../src/inventory/take-inventory.ts';
import { differences, type Expected } from './expected-discovery.ts';

/** Objects in the shapes of other people's clusters, each with the right reading (`expect.json`); they lie beside the checkout. */
const FOLDER = join(import.meta.dirname, '../../shared/cases/wild');

async function discovered(path: string): Promise<Discovery> {
  return discoveryOf(inventoryOf(await readFiles([path]), TABLES));
}

const cases = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'objects.yaml')))
  : [];

describe.skipIf(cases.length === 0)(
  'clusters of other people (skipped where ../shared/cases/wild is not there)',
  () => {
    it.each(cases)('%s', async (name) => {
      const expected = JSON.parse(readFileSync(join(FOLDER, name, 'expect.json'), 'utf8')) as Expected;
      expect(differences(expected, await discovered(join(FOLDER, name, 'objects.yaml')))).toEqual([]);
    });
  },
);
