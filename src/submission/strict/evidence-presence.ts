import type { Finding } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Located, Submission } from '../submission.ts';
import { evidenceOf, filledEvidence, isImplemented, requirementOf, subjectOf } from './entry-facts.ts';
import { evidenceItems, type WebEvidence } from './evidence-item.ts';
import { facts, strictRule } from './strict-rule.ts';

const missing = facts({
  id: 'evidence-missing',
  severity: 'warning',
  reason: 'A requirement is called Implemented without any evidence; the official validator does not ask for it.',
  remedy: 'Add a link or a file that shows it, or give the status that is true.',
  source: 'instructions: a MUST has status, evidence and notes',
});
const inNotes = facts({
  id: 'evidence-only-in-notes',
  severity: 'warning',
  reason: 'The only link of a requirement stands in its notes, where nobody checks it.',
  remedy: 'Move the link to the evidence list.',
  source: 'instructions: evidence is a list of links or files',
});
const emptyItem = facts({
  id: 'evidence-item-empty',
  severity: 'info',
  reason: 'An evidence list holds an empty text.',
  remedy: 'Write [] when there is no evidence.',
  source: 'the official validator ignores it',
});
const repeated = facts({
  id: 'evidence-duplicate',
  severity: 'info',
  reason: 'An evidence list names the same thing twice.',
  remedy: 'Take one out.',
  source: 'good practice',
});
const reused = facts({
  id: 'evidence-reused',
  severity: 'info',
  reason: 'One piece of evidence is cited for many requirements.',
  remedy: 'Point at the part that shows each requirement (a heading, a file of its own).',
  source: 'reviewers look for the part that shows the requirement',
});
const homePage = facts({
  id: 'evidence-home-page',
  severity: 'warning',
  reason: 'Evidence is the front page of a site or repository, which shows nothing about the platform.',
  remedy: 'Link to the page that shows the requirement on your platform.',
  source: 'instructions: evidence shows that the requirement is met',
});

/** Whether there is evidence, and whether it can be evidence by its form. */
export const evidencePresence = strictRule(
  [missing, inNotes, emptyItem, repeated, reused, homePage],
  function* (submission, context) {
    for (const entry of submission.entries) {
      yield* presence(entry, submission, context);
      yield* items(entry);
    }
    yield* reuse(submission);
    for (const item of evidenceItems(submission).web) {
      const what = frontPage(item);
      if (!what) continue;
      yield homePage.at(item, item.subject, `Evidence of ${item.subject} is ${what}: ${item.value.trim()}`);
    }
  },
);

function* presence(entry: Entry, submission: Submission, context: RuleContext): Generator<Finding> {
  if (!isImplemented(entry) || filledEvidence(entry).length > 0) return;
  const subject = subjectOf(entry);
  const place = evidenceOf(entry)[0] ?? entry.status ?? entry;
  const level = requirementOf(entry, submission, context)?.level;
  const what = level === undefined ? subject : `${subject} (${level})`;
  const link = /https?:\/\/[^\s)>\]"']+/i.exec(entry.notes?.value ?? '')?.[0];
  if (link !== undefined && entry.notes) {
    yield inNotes.at(entry.notes, subject, `${what} is called Implemented with its only link in the notes: ${link}`);
  } else {
    yield missing.at(place, subject, `${what} is called Implemented without evidence.`);
  }
}

function* items(entry: Entry): Generator<Finding> {
  const subject = subjectOf(entry);
  const seen = new Map<string, Located<string>>();
  for (const item of entry.evidence) {
    const text = item.value.trim();
    if (text === '') {
      yield emptyItem.at(item, subject, `The evidence list of ${subject} holds an empty text.`);
      continue;
    }
    const before = seen.get(text);
    if (before)
      yield repeated.at(
        item,
        subject,
        `Evidence of ${subject} is listed twice (line ${before.line}): ${text.slice(0, 100)}`,
      );
    else seen.set(text, item);
  }
}

/** From this many requirements on, one and the same item is worth a word. */
const MANY = 4;
/** Results of a whole suite are one file by design. */
const SUITE_RESULT = /(?:^|\/)(?:[\w-]*junit[\w-]*\.xml|results?\.json|[\w-]*e2e[\w-]*\.log)(?:#.*)?$/i;

function* reuse(submission: Submission): Generator<Finding> {
  const uses = new Map<string, { first: Located<string>; subjects: string[] }>();
  for (const entry of submission.entries) {
    const subject = subjectOf(entry);
    for (const first of filledEvidence(entry)) {
      const text = first.value.trim();
      if (SUITE_RESULT.test(text)) continue;
      const use = uses.get(text) ?? { first, subjects: [] };
      uses.set(text, use);
      // The same item twice in one list is another finding.
      if (use.subjects.at(-1) !== subject) use.subjects.push(subject);
    }
  }
  for (const [text, { first, subjects }] of uses) {
    if (subjects.length < MANY) continue;
    const message = `${text.slice(0, 120)} is evidence of ${subjects.length} requirements: ${subjects.join(', ')}.`;
    yield reused.at(first, subjects[0] ?? 'document', message);
  }
}

/** What front page an address is; undefined for any page inside a site. */
function frontPage({ url, gitHub: address }: WebEvidence): string | undefined {
  if (url === undefined || url.search !== '' || url.hash !== '') return undefined;
  if (url.pathname === '/') return 'the front page of a site';
  if (address?.view === 'other' && address.repo !== undefined && address.path === '')
    return 'the front page of a repository';
  return undefined;
}
