import { REQUIREMENTS, type RequirementId } from '../../program/requirement-facts.ts';
import type { Finding } from '../finding.ts';
import type { Submission } from '../submission.ts';
import { evidenceItems, type LocalEvidence } from './evidence-item.ts';
import { anchorsOf } from './markdown-anchors.ts';
import { folderOf } from './product-folder.ts';
import { facts, strictRule } from './strict-rule.ts';
import { didYouMean } from './suggestion.ts';

const otherRequirement = facts({
  id: 'evidence-fragment-other-requirement',
  severity: 'error',
  reason: 'A fragment names the test or the section of another requirement.',
  remedy: 'Name the test of this requirement.',
  source: 'the official validator (since 2026-09) accepts any passing test for any requirement',
});
const notInFile = facts({
  id: 'evidence-fragment-missing',
  severity: 'warning',
  reason: 'A fragment names a heading that the Markdown file does not have.',
  remedy: 'Correct the part behind #, as GitHub writes it (small letters, hyphens).',
  source: 'the official validator does not look at anchors of Markdown files',
});
const unitTest = facts({
  id: 'evidence-unit-test',
  severity: 'warning',
  reason: 'A fragment names a test that is not one of the tests of the suite that run against a cluster.',
  remedy: 'Name a test that ran against the cluster; a unit test shows nothing about the platform.',
  source: 'kubernetes-sigs/ai-conformance: its cluster tests; the official validator accepts any test name',
});

/** Official test name -> requirement. */
const TESTS: ReadonlyMap<string, RequirementId> = new Map(
  (Object.keys(REQUIREMENTS) as RequirementId[]).flatMap((id) => {
    const { suiteTest, automatedTest } = REQUIREMENTS[id];
    return [suiteTest, automatedTest].flatMap((test) => (test === undefined ? [] : [[test, id] as const]));
  }),
);
const RESULT_FILE = /(?:^|\/)(?:junit[\w-]*\.xml|results\.json|[\w-]*e2e[\w-]*\.log)$/i;

/** The text behind `#` in local evidence. */
export const evidenceFragments = strictRule([otherRequirement, notInFile, unitTest], function* (submission) {
  for (const item of evidenceItems(submission).local) {
    if (item.fragment === undefined || item.fragment === '') continue;
    if (RESULT_FILE.test(item.path)) yield* test(item, item.fragment);
    else if (item.found.kind === 'file' && /\.(?:md|markdown)$/i.test(item.path)) {
      yield* section(submission, item, item.fragment);
    }
  }
});

function* test(item: LocalEvidence, fragment: string): Generator<Finding> {
  const name = fragment.split('/')[0] ?? '';
  const owner = TESTS.get(name);
  const { subject } = item;
  if (owner === undefined) {
    const known = didYouMean(name, [...TESTS.keys()]);
    yield unitTest.at(item, subject, `${name} is not a cluster test of the official suite.${known}`);
  } else if (owner !== subject) {
    const own = Object.hasOwn(REQUIREMENTS, subject) ? REQUIREMENTS[subject as RequirementId].suiteTest : undefined;
    const remedy = own === undefined ? `Remove it: ${subject} has no automated test.` : `Cite #${own}.`;
    yield otherRequirement.at(item, subject, `${name} is the test of ${owner}, but it is cited for ${subject}.`, {
      remedy,
    });
  }
}

function* section(submission: Submission, item: LocalEvidence, fragment: string): Generator<Finding> {
  const { subject, path } = item;
  const wanted = normal(fragment);
  const named = wanted.replaceAll('-', '_');
  const text = folderOf(submission).text(path);
  if (text !== undefined) {
    const anchors = anchorsOf(text);
    if (!anchors.has(wanted)) {
      const message = `${path} has no heading #${fragment}.${didYouMean(wanted, [...anchors])}`;
      yield notInFile.at(item, subject, message);
      return;
    }
  }
  if (named !== subject && Object.hasOwn(REQUIREMENTS, named)) {
    const message = `#${fragment} of ${path} is the section of ${named}, but it is cited for ${subject}.`;
    yield otherRequirement.at(item, subject, message, {
      severity: 'warning',
      remedy: `Name the section of ${subject}.`,
    });
  }
}

function normal(fragment: string): string {
  try {
    return decodeURIComponent(fragment).toLowerCase();
  } catch {
    // Not percent-encoded after all.
    return fragment.toLowerCase();
  }
}
