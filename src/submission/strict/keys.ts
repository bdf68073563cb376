import { ENTRY_FIELDS } from '../submission.ts';
import { subjectOf } from './entry-facts.ts';
import { fieldOfSnakeKey, isMetadataField, METADATA_FIELDS, snakeCase } from './metadata-fields.ts';
import { facts, strictRule } from './strict-rule.ts';
import { didYouMean } from './suggestion.ts';

const unknownKey = facts({
  id: 'key-unknown',
  severity: 'warning',
  reason: 'The schema has no such key; the official validator ignores it, so a misspelt answer is lost.',
  remedy: 'Correct the key or take it out.',
  source: 'schema; official validator ignores unknown keys',
});
const misplaced = facts({
  id: 'metadata-misplaced',
  severity: 'warning',
  reason: 'A metadata key stands outside of metadata, where the official validator does not see it.',
  remedy: 'Indent the line so that it belongs to metadata.',
  source: 'schema',
});
const snake = facts({
  id: 'metadata-snake-case',
  severity: 'info',
  reason: 'A metadata key is written in snake_case; accepted, but the templates use camelCase.',
  remedy: 'Write the camelCase name of the template.',
  source: 'template; official validator reads both',
});
const twice = facts({
  id: 'metadata-written-twice',
  severity: 'warning',
  reason: 'A metadata value is given in camelCase and in snake_case; only the camelCase one is read.',
  remedy: 'Keep the camelCase key.',
  source: 'official validator (every version)',
});
const extraDocument = facts({
  id: 'document-extra',
  severity: 'warning',
  reason: 'The file holds more than one YAML document; only the first is read.',
  remedy: 'Take out the line with --- and what follows, or merge it into the first document.',
  source: 'official validator (every version)',
});

const ROOT_KEYS = ['metadata', 'spec'];
const METADATA_KEYS = [...METADATA_FIELDS, ...METADATA_FIELDS.map(snakeCase)];
/** Nobody reads more suggestions than this. */
const SUGGESTED = 50;

/** Keys that nobody reads, or that are read under another name. */
export const keys = strictRule([unknownKey, misplaced, snake, twice, extraDocument], function* (submission) {
  for (const key of submission.topLevelKeys) {
    const field = isMetadataField(key.value) ? key.value : fieldOfSnakeKey(key.value);
    if (ROOT_KEYS.includes(key.value)) continue;
    if (field) {
      const message = `${key.value} stands at the root of the file instead of under metadata, so it counts as missing.`;
      yield misplaced.at(key, field, message);
    } else {
      const message = `Unknown key ${key.value} at the root of the file.${didYouMean(key.value, ROOT_KEYS)}`;
      yield unknownKey.at(key, key.value, message);
    }
  }
  let unknown = 0;
  for (const [key, { key: place }] of submission.metadata) {
    if (isMetadataField(key)) continue;
    const field = fieldOfSnakeKey(key);
    if (field === undefined) {
      const meant = ++unknown > SUGGESTED ? '' : didYouMean(key, METADATA_KEYS);
      yield unknownKey.at(place, key, `Unknown metadata key ${key}.${meant}`);
    } else if (submission.metadata.has(field)) {
      yield twice.at(place, field, `${key} is not read, because ${field} is there too.`);
    } else {
      yield snake.at(place, field, `${key} is read, but the template calls it ${field}.`);
    }
  }
  for (const entry of submission.entries) {
    for (const key of entry.unknownKeys) {
      const message = `Unknown key ${key.value} in ${subjectOf(entry)}.${didYouMean(key.value, ENTRY_FIELDS)}`;
      yield unknownKey.at(key, subjectOf(entry), message);
    }
  }
  const line = secondDocument(submission.text);
  if (line !== undefined) {
    yield extraDocument.at(
      { line, column: 1 },
      'document',
      `A second YAML document begins in line ${line}; nobody reads it.`,
    );
  }
});

const SEPARATOR = /^---(?:\s|$)/;

/** Line of the `---` that ends the first document; undefined when there is only one document. */
function secondDocument(text: string): number | undefined {
  if (!text.includes('\n---')) return undefined;
  const lines = text.split('\n');
  const isContent = (line: string): boolean => !/^(?:\s*(?:#.*)?|%.*|\uFEFF|\.\.\.\s*)\r?$/.test(line);
  const first = lines.findIndex((line) => isContent(line) && !SEPARATOR.test(line));
  const at = first === -1 ? -1 : lines.findIndex((line, index) => index > first && SEPARATOR.test(line));
  return at === -1 || !lines.slice(at + 1).some(isContent) ? undefined : at + 1;
}
