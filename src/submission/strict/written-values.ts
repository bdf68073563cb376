import type { Finding } from '../finding.ts';
import type { Located, Submission } from '../submission.ts';
import { subjectOf } from './entry-facts.ts';
import { isMetadataField, metadataStrings, OPTIONAL_FIELDS, URL_FIELDS } from './metadata-fields.ts';
import { facts, strictRule } from './strict-rule.ts';

const blankEdges = facts({
  id: 'value-blank-edges',
  severity: 'warning',
  reason:
    'A value begins or ends with white space; the official validator then skips its checks or takes a link for a file.',
  remedy: 'Take the blank out of the quotes.',
  source: 'official validator compares values as written',
});
const blank = facts({
  id: 'metadata-field-blank',
  severity: 'error',
  reason: 'A required metadata value consists of white space only.',
  remedy: 'Write the value.',
  source: 'instructions; the official validator only refuses a value of length 0',
});
const invisible = facts({
  id: 'text-invisible-character',
  severity: 'warning',
  reason:
    'A value holds invisible characters (zero width, direction marks, control characters), so it is not what it seems.',
  remedy: 'Type the value anew instead of pasting it.',
  source: 'reviewers compare what they see',
});

/** What cannot be seen in a value: blanks at its ends, nothing but blanks, invisible characters. */
export const writtenValues = strictRule([blankEdges, blank, invisible], function* (submission) {
  for (const value of metadataStrings(submission)) yield* metadataValue(value);
  yield* entryValues(submission);
});

const URLS: readonly string[] = URL_FIELDS;
const COMPARED = new Set<string>([
  ...URL_FIELDS,
  'vendorName',
  'kubernetesVersion',
  'platformVersion',
  'contactEmailAddress',
]);

function* metadataValue(value: Located<string> & { readonly field: string }): Generator<Finding> {
  const { field, value: text } = value;
  yield* invisibles(value, field);
  if (text === '' || text === text.trim()) return;
  if (text.trim() === '') {
    if (isMetadataField(field) && !OPTIONAL_FIELDS.has(field)) {
      yield blank.at(value, field, `${field} consists of white space only.`);
    }
    return;
  }
  const skipped = URLS.includes(field) && !text.startsWith('http');
  const message = skipped
    ? `${field} begins with white space, so the official validator never checks the link.`
    : `${field} ${edges(text)} white space.`;
  yield blankEdges.at(value, field, message, { severity: COMPARED.has(field) ? 'warning' : 'info' });
}

function* entryValues(submission: Submission): Generator<Finding> {
  for (const entry of submission.entries) {
    const subject = subjectOf(entry);
    for (const value of [entry.id, entry.level, entry.status]) {
      if (value && value.value.trim() !== '') yield* edgesOf(value, subject, 'warning');
    }
    for (const item of entry.evidence) {
      yield* invisibles(item, subject);
      if (item.value.trim() !== '') yield* edgesOf(item, subject, 'warning');
    }
    if (!entry.notes) continue;
    yield* invisibles(entry.notes, subject);
    if (entry.notes.value.trim() !== '') yield* edgesOf(entry.notes, subject, 'info');
  }
}

function* edgesOf(value: Located<string>, subject: string, severity: 'warning' | 'info'): Generator<Finding> {
  const text = value.value;
  // A block scalar ends with a line break: that is how YAML writes it, not a slip.
  const slip = severity === 'info' ? text.replace(/\n$/, '') : text;
  if (slip === slip.trim()) return;
  const shown = JSON.stringify(text.trim().slice(0, 40));
  yield blankEdges.at(value, subject, `${shown} of ${subject} ${edges(slip)} white space.`, { severity });
}

function edges(text: string): string {
  const before = text !== text.trimStart();
  const after = text !== text.trimEnd();
  return before && after ? 'begins and ends with' : before ? 'begins with' : 'ends with';
}

/** Control characters (but tab and line breaks), zero-width characters, direction marks, BOM. */
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\u00AD\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/u;

function* invisibles(value: Located<string>, subject: string): Generator<Finding> {
  const found = INVISIBLE.exec(value.value);
  if (!found) return;
  const code = `U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const at = found.index + 1;
  yield invisible.at(value, subject, `A value of ${subject} holds the invisible character ${code} (character ${at}).`);
}
