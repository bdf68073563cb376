import { isImplemented, requirementOf, subjectOf } from './entry-facts.ts';
import { isPlaceholder } from './example-values.ts';
import { facts, strictRule } from './strict-rule.ts';

const withoutNotes = facts({
  id: 'must-without-notes',
  severity: 'info',
  reason: 'A MUST has no notes, although the instructions ask for status, evidence and notes.',
  remedy: 'Say in a sentence what was done and what the evidence shows.',
  source: 'instructions; about four of ten merged MUST entries have none',
});
const negativeWithoutNotes = facts({
  id: 'not-implemented-without-notes',
  severity: 'info',
  reason: 'A status other than Implemented has no notes that explain it.',
  remedy: 'Say what is missing, and when it is expected.',
  source: 'reviewers ask; the official validator asks for notes with N/A only',
});

/** Notes that are not there, or only repeat the status. */
export const notesPresence = strictRule([withoutNotes, negativeWithoutNotes], function* (submission, context) {
  for (const entry of submission.entries) {
    const wanted = requirementOf(entry, submission, context);
    const text = entry.notes?.value.trim() ?? '';
    const status = entry.status?.value.trim() ?? '';
    const subject = subjectOf(entry);
    const repeats = text !== '' && text.toLowerCase().replace(/\.$/, '') === status.toLowerCase();
    if (text !== '' && !repeats) continue;
    const place = entry.notes ?? entry;
    if (wanted?.level === 'MUST' && isImplemented(entry)) {
      const message = repeats ? `The notes of ${subject} only repeat the status.` : `${subject} (MUST) has no notes.`;
      yield withoutNotes.at(place, subject, message);
    } else if (/^(?:Not|Partially) Implemented$/.test(status) && !isPlaceholder(text)) {
      yield negativeWithoutNotes.at(place, subject, `${subject} is ${status} without a word of explanation.`);
    }
  }
});
