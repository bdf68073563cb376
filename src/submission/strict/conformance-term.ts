import { hasSuccessor } from './product-family.ts';
import { facts, strictRule } from './strict-rule.ts';

const ended = facts({
  id: 'conformance-ended',
  severity: 'warning',
  reason: 'The year since the checklist was merged is over, so conformance has ended.',
  remedy: 'Submit a new or updated checklist; until it is merged the marks may not be used for this version.',
  source: 'terms 5.1 (one year from the merge) and 5.3',
});
const ends = facts({
  id: 'conformance-ends',
  severity: 'info',
  reason: 'Conformance ends one year after the checklist was merged.',
  remedy: 'A new or updated checklist has to be merged before that day.',
  source: 'terms 4.4 (achieved with the merge) and 5.1 (one year)',
});

/** When conformance ends, by the day on which the file came to the main branch. */
export const conformanceTerm = strictRule(
  [ended, ends],
  function* (submission, { merged, now, siblings }) {
    const start = merged?.get(submission.file);
    if (!start || !now) return;
    const end = oneYearAfter(start);
    const place = { line: 1, column: 1 };
    const dates = `merged on ${day(start)}, one year ends on ${day(end)}`;
    if (end > now) {
      yield ends.at(place, 'document', `The checklist was ${dates}.`);
      return;
    }
    const renewed = hasSuccessor(submission, siblings);
    const message = renewed
      ? `The checklist was ${dates}; a newer version of the product is there.`
      : `The checklist was ${dates}: conformance of this version has ended.`;
    yield ended.at(place, 'document', message, { severity: renewed ? 'info' : 'warning' });
  },
  (submission, { merged, now }) =>
    merged?.has(submission.file) && now
      ? []
      : ['When conformance ends (one year after the merge): the history of the checkout does not tell.'],
);

/** The same day a year later; the 29th of February ends on the 1st of March. */
export function oneYearAfter(start: Date): Date {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
