import type { Finding } from '../finding.ts';
import type { Entry, Submission } from '../submission.ts';
import { isNotApplicable, subjectOf } from './entry-facts.ts';
import { isSameProduct, vendorKey } from './product-family.ts';
import { facts, strictRule } from './strict-rule.ts';

const otherRequirement = facts({
  id: 'notes-copied-between-requirements',
  severity: 'warning',
  reason: 'The notes of a requirement are mostly those of another requirement of the same file.',
  remedy: 'Say what was done for this requirement.',
  source: 'instructions: notes explain the evidence of their own requirement',
});
const otherVendor = facts({
  id: 'notes-copied-from-vendor',
  severity: 'info',
  reason: 'The notes of a requirement are word for word those of another vendor.',
  remedy: 'Fine for a shared test procedure; the result has to be your own.',
  source: 'reviewers compare submissions',
});

/** Shorter texts are alike by chance; between vendors a longer one may still be the plain truth. */
const LEAST = 40;
const LEAST_BETWEEN_VENDORS = 80;
const MOST = 40;

/** Notes that were copied, within the file and between vendors of the same call. */
export const copiedNotes = strictRule([otherRequirement, otherVendor], function* (submission, { siblings }) {
  // More entries than any checklist has are not compared with each other.
  const noted = submission.entries.filter((entry) => normal(entry).length >= LEAST).slice(0, MOST);
  for (const [index, entry] of noted.entries()) {
    const source = noted.slice(0, index).find((earlier) => isCopy(entry, earlier));
    if (source && entry.notes) {
      const subject = subjectOf(entry);
      const message = `The notes of ${subject} are mostly the notes of ${subjectOf(source)} (line ${source.notes?.line}).`;
      yield otherRequirement.at(entry.notes, subject, message);
    }
  }
  yield* vendors(submission, noted, siblings);
});

const normalised = new WeakMap<Entry, string>();

function normal(entry: Entry): string {
  let text = normalised.get(entry);
  if (text === undefined) {
    text = entry.notes?.value.slice(0, 20_000).trim().replace(/\s+/g, ' ').toLowerCase() ?? '';
    normalised.set(entry, text);
  }
  return text;
}

/** True when more than half of the text consists of whole sentences of the other, or one contains the other. */
function isCopy(entry: Entry, other: Entry): boolean {
  // One reason may make several requirements not applicable.
  if (entry.id?.value === other.id?.value || (isNotApplicable(entry) && isNotApplicable(other))) return false;
  const [own, theirs] = [normal(entry), normal(other)];
  const shared = sentences(own).filter((sentence) => sentence.length >= LEAST && theirs.includes(sentence));
  const length = shared.reduce((sum, sentence) => sum + sentence.length, 0);
  return length * 2 > own.length;
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?;。])\s+/).map((sentence) => sentence.trim());
}

function* vendors(
  submission: Submission,
  noted: readonly Entry[],
  siblings: readonly Submission[],
): Generator<Finding> {
  const others = noteIndex(siblings);
  const own = vendorKey(submission);
  for (const entry of noted) {
    const same = (others.get(normal(entry)) ?? []).find(
      (other) =>
        vendorKey(other) !== '' &&
        vendorKey(other) !== own &&
        !isSameProduct(other, submission) &&
        other.file !== submission.file,
    );
    if (!same || !entry.notes) continue;
    const message = `The notes of ${subjectOf(entry)} are word for word those of ${same.path}.`;
    yield otherVendor.at(entry.notes, subjectOf(entry), message);
  }
}

const indexes = new WeakMap<readonly Submission[], ReadonlyMap<string, readonly Submission[]>>();

/** Notes -> submissions that have them; built once per call. */
function noteIndex(siblings: readonly Submission[]): ReadonlyMap<string, readonly Submission[]> {
  const known = indexes.get(siblings);
  if (known) return known;
  const index = new Map<string, Submission[]>();
  for (const other of siblings) {
    for (const entry of other.entries) {
      const text = normal(entry);
      if (text.length < LEAST_BETWEEN_VENDORS) continue;
      const having = index.get(text);
      if (having) having.push(other);
      else index.set(text, [other]);
    }
  }
  indexes.set(siblings, index);
  return index;
}
