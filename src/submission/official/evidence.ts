import { join, posix } from 'node:path';
import type { Requirement } from '../../program/checklist.ts';
import { isArtifact, readArtifact } from '../evidence/artifact.ts';
import { isMissing } from '../evidence/look-up.ts';
import { resolveEvidence, resolveEvidenceOlder } from '../evidence/resolve-evidence.ts';
import type { TestReport } from '../evidence/test-report.ts';
import type { Finding } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Entry, Located, Submission } from '../submission.ts';
import type { Gaps } from './gaps.ts';
import { checkLink } from './links.ts';
import { speak } from './speak.ts';

/** From this minor on test results are recommended for the requirements that have an automated test. */
const ARTIFACTS_SINCE = 37;
const SHOWN_FAILURES = 10;
/** More items than this of one requirement are not looked at; real ones have 25 at most. */
const MAX_ITEMS = 2000;

/** Evidence as the newest validator takes it. */
export function* checkEvidence(
  submission: Submission,
  entry: Entry,
  requirement: Requirement,
  context: RuleContext,
  gaps: Gaps,
): Generator<Finding> {
  const { id, automatedTest } = requirement;
  let cited = false;
  for (const item of itemsOf(entry, id, gaps)) {
    if (isLink(item.value)) {
      yield* checkLink('evidence-url-dead', item, item.value, id, context, gaps);
      continue;
    }
    const resolved = resolveEvidence(posix.dirname(submission.path), item.value);
    if (resolved.kind !== 'path') {
      yield speak(
        `evidence-path-${resolved.kind}`,
        item,
        id,
        `Evidence of ${id} ${REFUSALS[resolved.kind]}: ${quote(item)}`,
      );
    } else if (isMissing(join(submission.root, resolved.path))) {
      yield missing(item, id, resolved.path);
    } else if (isArtifact(resolved.path)) {
      cited = true;
      yield* checkArtifact(submission, entry, requirement, item, resolved, gaps);
    }
  }
  if (automatedTest !== undefined && hasArtifacts(submission) && entry.status?.value === 'Implemented' && !cited) {
    const message = `${id} is tested by ${automatedTest}; no result of it (e2e.log, junit.xml, results.json) is among the evidence.`;
    yield speak('artifact-recommended', entry.status, id, message);
  }
}

/** The items that say something. */
function itemsOf({ evidence }: Entry, id: string, gaps: Gaps): readonly Located<string>[] {
  const items = evidence.filter((item) => item.value !== '');
  if (items.length > MAX_ITEMS)
    gaps.say(`${items.length - MAX_ITEMS} evidence items of ${id}, behind the first ${MAX_ITEMS}, were not looked at`);
  return items.slice(0, MAX_ITEMS);
}

/** Evidence as the validator of August 2026 takes it: a file only has to be there, wherever that is. */
export function* checkEvidenceOlder(
  submission: Submission,
  entry: Entry,
  { id }: Requirement,
  context: RuleContext,
  gaps: Gaps,
): Generator<Finding> {
  for (const item of itemsOf(entry, id, gaps)) {
    if (isLink(item.value)) {
      yield* checkLink('evidence-url-dead', item, item.value, id, context, gaps);
      continue;
    }
    const path = resolveEvidenceOlder(posix.dirname(submission.path), item.value);
    if (isMissing(join(submission.root, path))) yield missing(item, id, path);
  }
}

const REFUSALS = {
  empty: 'names no file',
  'other-product': 'lies in the folder of another submission',
  escapes: 'leads out of the product folder',
};

/** Case-sensitive, and without trimming: what else looks like a link is taken for a file. */
function isLink(item: string): boolean {
  return item.startsWith('http://') || item.startsWith('https://');
}

function missing(item: Located<string>, id: string, path: string): Finding {
  return speak(
    'evidence-file-not-found',
    item,
    id,
    `Evidence of ${id} is not there: ${quote(item)} (looked for ${path})`,
  );
}

function quote({ value }: Located<string>): string {
  return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}...` : value);
}

function hasArtifacts({ version = '' }: Submission): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= ARTIFACTS_SINCE);
}

/** Which files of a submission were spoken about; what concerns a file as a whole is said once. */
const spoken = new WeakMap<Gaps, Set<string>>();

function* checkArtifact(
  submission: Submission,
  entry: Entry,
  { id, automatedTest }: Requirement,
  item: Located<string>,
  { path, fragment }: { path: string; fragment: string },
  gaps: Gaps,
): Generator<Finding> {
  const name = posix.basename(path);
  const artifact = readArtifact(submission, path);
  const before = spoken.get(gaps) ?? new Set<string>();
  spoken.set(gaps, before);
  const first = !before.has(path);
  before.add(path);
  if (artifact.kind === 'refused') {
    gaps.say(`${path} was not read: ${artifact.why}`);
  } else if (artifact.kind === 'unparsable') {
    if (first)
      yield speak('artifact-unparsable', item, id, `${name} is no test result that can be read: ${artifact.why}.`);
  } else {
    const { report } = artifact;
    if (first && report.hasFailures) {
      yield speak('artifact-has-failing-tests', item, id, `${name} contains failing tests: ${failures(report)}.`);
    }
    const test = fragment || automatedTest;
    if (test) yield* checkTest(entry, id, item, report.outcomeOf(test), test, name);
  }
}

function* checkTest(
  entry: Entry,
  id: string,
  item: Located<string>,
  outcome: ReturnType<TestReport['outcomeOf']>,
  test: string,
  file: string,
): Generator<Finding> {
  if (outcome === undefined) {
    yield speak('artifact-test-not-found', item, id, `The test ${test} of ${id} is not in ${file}.`);
  } else if (outcome === 'fail') {
    yield speak('artifact-test-failed', item, id, `The test ${test} of ${id} failed in ${file}.`);
  } else if (outcome === 'skip' && entry.status?.value === 'Implemented') {
    yield speak(
      'artifact-test-skipped',
      item,
      id,
      `${id} is Implemented, but its test ${test} was skipped in ${file}.`,
    );
  }
}

function failures(report: TestReport): string {
  const names = report.failures;
  const more = names.length > SHOWN_FAILURES ? ` and ${names.length - SHOWN_FAILURES} more` : '';
  return names.slice(0, SHOWN_FAILURES).join(', ') + more;
}
