// Writes docs/rules.md from the catalogue of rules.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CATALOGUE } from '../src/submission/catalogue.ts';
import { rulesDocument } from '../src/submission/rules-document.ts';

writeFileSync(resolve(import.meta.dirname, '../docs/rules.md'), rulesDocument(CATALOGUE));
