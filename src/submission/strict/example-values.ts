import type { Finding } from '../finding.ts';
import type { Located } from '../submission.ts';
import { subjectOf } from './entry-facts.ts';
import { isMetadataField, metadataStrings, OPTIONAL_FIELDS } from './metadata-fields.ts';
import { facts, strictRule } from './strict-rule.ts';

const placeholder = facts({
  id: 'value-placeholder',
  severity: 'error',
  reason: 'A value is a placeholder (N/A, TBD, TODO, <...>) instead of an answer.',
  remedy: 'Write the real value.',
  source: 'instructions: every field is filled in',
});
const example = facts({
  id: 'value-example',
  severity: 'error',
  reason: 'A value was left over from an example (the fictional company of the instructions, example.com).',
  remedy: 'Write the value of your own product.',
  source: 'instructions (its example is about a fictional company)',
});

/** Values that somebody was to replace. */
export const exampleValues = strictRule([placeholder, example], function* (submission) {
  for (const value of metadataStrings(submission)) {
    const { field, value: text } = value;
    if (isExample(text)) {
      yield example.at(value, field, `${field} is a value of the instructions' example: ${shorten(text)}`);
    } else if (isPlaceholder(text) && !isBracketed(text)) {
      yield* metadataPlaceholder(value, field);
    }
  }
  for (const entry of submission.entries) {
    const subject = subjectOf(entry);
    for (const item of entry.evidence) {
      if (isExample(item.value)) {
        yield example.at(item, subject, `Evidence of ${subject} is a value of an example: ${shorten(item.value)}`);
      }
    }
    const { notes, status } = entry;
    if (!notes) continue;
    if (FICTIONAL.test(notes.value)) {
      yield example.at(notes, subject, `The notes of ${subject} name the fictional company of the instructions.`);
    } else if (isPlaceholder(notes.value) && status?.value !== 'N/A') {
      const message = `The notes of ${subject} are a placeholder: ${shorten(notes.value)}`;
      yield placeholder.at(notes, subject, message, { severity: 'warning', remedy: 'Write what was done and seen.' });
    } else if (LEFT_OVER.test(notes.value)) {
      const message = `The notes of ${subject} still hold template text: ${shorten(LEFT_OVER.exec(notes.value)?.[0] ?? '')}`;
      yield placeholder.at(notes, subject, message, { severity: 'warning', remedy: 'Replace it.' });
    }
  }
});

function* metadataPlaceholder(value: Located<string>, field: string): Generator<Finding> {
  const optional = isMetadataField(field) && OPTIONAL_FIELDS.has(field);
  yield placeholder.at(value, field, `${field} is a placeholder: ${shorten(value.value)}`, {
    severity: optional ? 'warning' : 'error',
    remedy: optional ? `${field} is optional: leave the line out.` : 'Write the real value.',
  });
}

const FICTIONAL = /yoyo\.?dyne|yoyodyne|turbo[-_ ]?encabulator/i;
/** Hosts reserved for examples (RFC 2606, RFC 6761), as host of a link or of a mail address. */
const EXAMPLE_HOST =
  /(?:\/\/|@|^|\.)example\.(?:com|org|net|edu)(?:[:/?#]|$)|(?:\/\/|@)[^\s/?#]+\.(?:example|invalid|test)(?:[:/?#]|$)/i;

function isExample(written: string): boolean {
  // No address is longer; the expressions would be slow on a long one.
  const text = written.slice(0, 500);
  return FICTIONAL.test(text) || EXAMPLE_HOST.test(text.trim());
}

const WORDS =
  /^(?:n\s*[/.\\]?\s*a\.?|none|null|nil|nan|undefined|unknown|tbd|tba|tbc|todo|fixme|xxx+|foo|bar|placeholder|lorem ipsum.*|to be (?:done|determined|defined|added|confirmed)|coming soon|test|[-–—_.?*]+|your[ _-][a-z _-]+)[.!]?$/i;
const FRAMED = /^(?:<[^<>]+>|\[[^[\]]+\]|\{\{[^{}]+\}\}|\$\{[^{}]+\}|\{[^{}]+\})$/s;
const LEFT_OVER =
  /\b(?:TODO|FIXME|TBD)\b|\[(?:Platform|Vendor|Product|Company|Website|Documentation|Repository|Contact|Your)[^\]]{0,80}\]|<(?:your|insert|add|replace)[^>]{0,80}>|lorem ipsum/;

/** True for a text that only holds the place of an answer. */
export function isPlaceholder(text: string): boolean {
  const plain = text.slice(0, 500).trim();
  return plain !== '' && (WORDS.test(plain) || FRAMED.test(plain));
}

/** `[…]`: the official validator reports it itself as metadata-field-placeholder. */
function isBracketed(text: string): boolean {
  return text.startsWith('[') && text.endsWith(']');
}

function shorten(text: string): string {
  const one = text.trim().replace(/\s+/g, ' ');
  return JSON.stringify(one.length > 80 ? `${one.slice(0, 77)}...` : one);
}
