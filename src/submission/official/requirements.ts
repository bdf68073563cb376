import type { Checklist, Requirement } from '../../program/checklist.ts';
import { trimSpace } from '../evidence/go-text.ts';
import type { Finding } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Submission } from '../submission.ts';
import { checkEvidence, checkEvidenceOlder } from './evidence.ts';
import type { Gaps } from './gaps.ts';
import { START, speak } from './speak.ts';

const STATUSES = ['Implemented', 'Not Implemented', 'Partially Implemented', 'N/A'];
/** The only MUST that the newest validator lets be N/A. */
const CONDITIONAL = 'cluster_autoscaling';

/** The spec section against the checklist. `newest` or the validator of August 2026. */
export function* checkSpec(
  submission: Submission,
  checklist: Checklist,
  newest: boolean,
  context: RuleContext,
  gaps: Gaps,
): Generator<Finding> {
  if (!submission.specAt) {
    const place = submission.topLevelKeys.find(({ value }) => value === 'spec') ?? START;
    yield speak('spec-section-missing', place, 'spec', 'There is no "spec" section.');
    return;
  }
  for (const category of checklist.categories) {
    const at = submission.categories.find(({ value }) => value === category);
    if (!at) {
      yield speak('spec-category-missing', submission.specAt, category, `The category ${category} is missing.`);
      continue;
    }
    for (const requirement of checklist.requirements.filter((one) => one.category === category)) {
      // Of entries with the same id the last one counts.
      const entry = submission.entries.findLast((one) => one.category === category && one.id?.value === requirement.id);
      if (entry) yield* checkEntry(submission, entry, requirement, newest, context, gaps);
      else yield speak('requirement-missing', at, requirement.id, `${requirement.id} is not answered in ${category}.`);
    }
  }
}

function* checkEntry(
  submission: Submission,
  entry: Entry,
  requirement: Requirement,
  newest: boolean,
  context: RuleContext,
  gaps: Gaps,
): Generator<Finding> {
  const status = entry.status?.value ?? '';
  if (requirement.level === 'SHOULD' && status === '' && entry.evidence.length === 0) return;
  yield* checkStatus(entry, requirement, newest);
  const check = newest ? checkEvidence : checkEvidenceOlder;
  yield* check(submission, entry, requirement, context, gaps);
}

function* checkStatus(entry: Entry, { id, level }: Requirement, newest: boolean): Generator<Finding> {
  const status = entry.status?.value ?? '';
  const place = entry.status ?? entry;
  if (!STATUSES.includes(status)) {
    yield speak(
      'status-invalid',
      place,
      id,
      `The status ${JSON.stringify(status)} of ${id} is none of ${STATUSES.join(', ')}.`,
    );
  }
  if (level === 'MUST' && status !== 'Implemented') {
    if (newest && status === 'N/A' && id === CONDITIONAL) {
      yield speak('must-na-review', place, id, `${id} is a MUST and N/A: a reviewer looks at the reason in notes.`);
    } else {
      const allowed = newest && id === CONDITIONAL ? 'Implemented, or N/A with the reason in notes' : 'Implemented';
      yield speak(
        'must-not-implemented',
        place,
        id,
        `${id} is a MUST; its status must be ${allowed}, not ${JSON.stringify(status)}.`,
      );
    }
  }
  const notes = entry.notes?.value ?? '';
  if (status === 'N/A' && (newest ? trimSpace(notes) : notes) === '') {
    yield speak('na-without-notes', entry.notes ?? place, id, `${id} is N/A without notes.`);
  }
}
