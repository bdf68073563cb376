import type { Finding } from '../finding.ts';
import { reviewedLink } from '../links/link-answers.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Submission } from '../submission.ts';
import { isNotApplicable, requirementOf, subjectOf } from './entry-facts.ts';
import { evidenceAt } from './evidence-item.ts';
import { meantPath } from './meant-path.ts';
import { field, fieldOfSnakeKey, isMetadataField } from './metadata-fields.ts';
import { saysNotSupported, withoutReason } from './status-phrases.ts';
import { suggestion } from './suggestion.ts';
import { testResults } from './test-results.ts';
import { isProjectName, nearestMembers } from './vendor-name.ts';

/**
 * A finding of the official validator as a reviewer would put it: the same rule at the same place. What is true and is
 * only disliked by the validator becomes a warning that says who refuses it; what is a slip gets the likely correction.
 */
export function asReviewer(finding: Finding, submission: Submission, context: RuleContext): Finding {
  return REVISIONS[finding.rule]?.(finding, submission, context) ?? finding;
}

type Revision = (finding: Finding, submission: Submission, context: RuleContext) => Finding | undefined;

const REVISIONS: Readonly<Record<string, Revision>> = {
  'metadata-field-missing': missingField,
  'vendor-not-cncf-member': vendor,
  'must-not-implemented': notImplemented,
  'status-invalid': status,
  'evidence-file-not-found': notFound,
  'artifact-unparsable': ginkgoLog,
  'metadata-url-dead': reviewedLink,
  'k8s-conformance-url-dead': reviewedLink,
  'evidence-url-dead': reviewedLink,
};

function missingField(finding: Finding, submission: Submission): Finding | undefined {
  const key = submission.topLevelKeys.find(({ value }) => (fieldOfSnakeKey(value) ?? value) === finding.subject);
  if (key && isMetadataField(finding.subject)) {
    return {
      ...finding,
      remedy: `${key.value} stands at the root of the file (line ${key.line}): indent it under metadata.`,
    };
  }
  if (finding.subject === 'k8sConformanceUrl') {
    const entry = `https://github.com/cncf/k8s-conformance/tree/master/v${submission.version}/<product>`;
    return {
      ...finding,
      remedy: `Add k8sConformanceUrl: ${entry} (not every template has the line, every validator asks for it).`,
    };
  }
  if (finding.subject !== 'productLogoUrl') return undefined;
  return softened(
    finding,
    'The logo is optional by the instructions, but every official validator refuses the file without it.',
  );
}

function vendor(finding: Finding, submission: Submission, context: RuleContext): Finding {
  const name = field(submission, 'vendorName')?.value.trim() ?? '';
  if (isProjectName(name)) {
    return softened(
      finding,
      'It looks like a project, and terms 4.1 let CNCF projects take part; every official validator looks at members only.',
    );
  }
  const near = nearestMembers(name, context.members ?? new Set());
  if (near.length === 0) return finding;
  return { ...finding, remedy: `Write the name of the member list. Near it: ${near.join(', ')}.` };
}

function notImplemented(finding: Finding, submission: Submission, context: RuleContext): Finding | undefined {
  const entry = submission.entries.findLast((one) => subjectOf(one) === finding.subject);
  const wanted = entry && requirementOf(entry, submission, context);
  if (!entry || !isNotApplicable(entry) || wanted?.condition === undefined || !isExplained(entry)) return undefined;
  return softened(
    finding,
    `The requirement is conditional (${wanted.condition}), so a true N/A is what the FAQ asks for; the official validator of 2026-08 takes no N/A for a MUST, the newest one for cluster_autoscaling only.`,
  );
}

function isExplained(entry: Entry): boolean {
  const notes = entry.notes?.value ?? '';
  return !withoutReason(notes) && saysNotSupported(notes, subjectOf(entry)) === undefined;
}

const STATUSES = ['Implemented', 'Not Implemented', 'Partially Implemented', 'N/A'];

function status(finding: Finding, submission: Submission): Finding | undefined {
  const entry = submission.entries.findLast((one) => subjectOf(one) === finding.subject);
  const written = entry?.status?.value.trim() ?? '';
  const meant = written === '' ? undefined : suggestion(written, STATUSES);
  return meant === undefined ? undefined : { ...finding, remedy: `Did you mean "${meant}"?` };
}

function notFound(finding: Finding, submission: Submission): Finding | undefined {
  const item = evidenceAt(submission, finding);
  if (item && 'url' in item) {
    const remedy = /^\s/.test(item.value)
      ? 'Take out the blank before the link.'
      : 'Write http(s):// in small letters.';
    return { ...finding, remedy };
  }
  const meant = item && meantPath(item, submission);
  return meant === undefined ? undefined : { ...finding, remedy: meant };
}

/** Output of Ginkgo is honest evidence; the newest validator expects `go test -v` in a file of that name. */
function ginkgoLog(finding: Finding, submission: Submission): Finding | undefined {
  const item = evidenceAt(submission, finding);
  const path = item && 'path' in item ? item.path : undefined;
  const result = path === undefined ? undefined : testResults(submission).find((one) => one.path === path);
  if (result?.form !== 'Ginkgo log' || result.failures.length > 0) return undefined;
  return softened(
    finding,
    'It is the log of a Ginkgo run; only the official validator since 2026-09 refuses it, because it reads a file of this name as go test -v.',
    'Give the log another name, or cite the JUnit report of the run as junit.xml.',
  );
}

function softened(finding: Finding, why: string, remedy: string = finding.remedy): Finding {
  return { ...finding, severity: 'warning', message: `${finding.message} ${why}`, remedy };
}
