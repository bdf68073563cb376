import type { Finding } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Submission } from '../submission.ts';
import { isImplemented, isNotApplicable, requirementOf, subjectOf } from './entry-facts.ts';
import { evidenceItems } from './evidence-item.ts';
import { folderOf } from './product-folder.ts';
import { lacksAutoscaler, saysNotApplicable, saysNotSupported, withoutReason } from './status-phrases.ts';
import { facts, strictRule } from './strict-rule.ts';

const bent = facts({
  id: 'implemented-but-not-applicable',
  severity: 'warning',
  reason: 'The status is Implemented, but the text says that the requirement does not apply.',
  remedy: 'Write N/A with the reason in notes; the newest official validator takes that for cluster_autoscaling.',
  source: 'FAQ: N/A is for a condition that is not met; nothing is bent to Implemented',
});
const noAutoscaler = facts({
  id: 'implemented-without-autoscaler',
  severity: 'warning',
  reason: 'cluster_autoscaling is Implemented, but the notes say that the platform has no autoscaler.',
  remedy: 'If the platform provides none, N/A with this reason is the true status; otherwise show that scaling works.',
  source: 'checklist: the requirement is conditional; FAQ',
});
const unsupported = facts({
  id: 'na-not-supported',
  severity: 'warning',
  reason: 'N/A is explained by "we do not support it", which the FAQ does not accept.',
  remedy: 'Explain why the requirement cannot apply to the platform, or write Not Implemented.',
  source: 'FAQ: N/A needs a reason in the context of the platform',
});
const unexplained = facts({
  id: 'na-without-reason',
  severity: 'warning',
  reason: 'The notes of an N/A repeat the status instead of giving a reason.',
  remedy: 'Say which condition of the requirement is not met on the platform, and why.',
  source: 'FAQ: N/A needs a reason in the context of the platform',
});

/** Status against what notes and evidence say about it. */
export const applicability = strictRule(
  [bent, noAutoscaler, unsupported, unexplained],
  function* (submission, context) {
    for (const entry of submission.entries) {
      const notes = entry.notes?.value ?? '';
      if (notes.length > 20_000) continue;
      if (isImplemented(entry)) yield* implemented(entry, notes, submission, context);
      else if (isNotApplicable(entry) && entry.notes) yield* notApplicable(entry, entry.notes.value);
    }
  },
);

function* implemented(entry: Entry, notes: string, submission: Submission, context: RuleContext): Generator<Finding> {
  const subject = subjectOf(entry);
  const conditional = requirementOf(entry, submission, context)?.condition !== undefined;
  const phrase = saysNotApplicable(notes, subject, conditional);
  if (phrase !== undefined && entry.notes) {
    const message = `${subject} is Implemented, but its notes say "${phrase}".`;
    yield bent.at(entry.notes, subject, message);
    return;
  }
  if (subject !== 'cluster_autoscaling') return;
  const none = lacksAutoscaler(notes);
  if (none && entry.notes) {
    const message = `cluster_autoscaling is Implemented, but its notes say "${none.phrase}".`;
    const severity = none.butWorks ? 'info' : 'warning';
    yield noAutoscaler.at(entry.notes, subject, message, { severity });
  }
  yield* inFiles(entry, submission);
}

/** The same words in the file that is the evidence. Only for the requirement whose condition is a component. */
function* inFiles(entry: Entry, submission: Submission): Generator<Finding> {
  const subject = subjectOf(entry);
  for (const item of evidenceItems(submission).localOf.get(entry) ?? []) {
    if (item.found.kind !== 'file' || item.found.bytes > 100_000) continue;
    const phrase = saysNotApplicable(folderOf(submission).text(item.path) ?? '', subject, false);
    if (phrase === undefined) continue;
    yield bent.at(item, subject, `${subject} is Implemented, but ${item.path} says "${phrase}".`);
  }
}

function* notApplicable(entry: Entry, notes: string): Generator<Finding> {
  const subject = subjectOf(entry);
  if (!entry.notes || notes.trim() === '') return;
  if (withoutReason(notes)) {
    yield unexplained.at(
      entry.notes,
      subject,
      `${subject} is N/A without a reason: ${JSON.stringify(notes.trim().slice(0, 80))}`,
    );
    return;
  }
  const phrase = saysNotSupported(notes, subject);
  if (phrase !== undefined) {
    yield unsupported.at(
      entry.notes,
      subject,
      `${subject} is N/A because "${phrase}"; that is Not Implemented, not N/A.`,
    );
  }
}
