// Writes docs/platforms.md from the summaries in docs/platforms; scripts/vendors.ts makes those.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { platformsDocument } from './platforms/document.ts';
import { readPlatforms } from './platforms/summary.ts';

const docs = resolve(import.meta.dirname, '../docs');
const { summaries, wrong } = readPlatforms(resolve(docs, 'platforms'));
writeFileSync(resolve(docs, 'platforms.md'), platformsDocument(summaries, wrong));
