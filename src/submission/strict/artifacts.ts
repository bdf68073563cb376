import { posix } from 'node:path';
import type { Finding, Position } from '../finding.ts';
import type { RuleContext } from '../rule.ts';
import type { Submission } from '../submission.ts';
import { isImplemented, requirementOf } from './entry-facts.ts';
import { citedFiles, type LocalEvidence } from './evidence-item.ts';
import { facts, strictRule } from './strict-rule.ts';
import { type TestResults, testResults } from './test-results.ts';

const disagrees = facts({
  id: 'artifact-disagrees',
  severity: 'error',
  reason: 'Two test results in one folder tell different outcomes of the same test.',
  remedy: 'Give the results of one and the same run.',
  source: 'checklist since 1.37: e2e.log, junit.xml and results.json are results of the same run',
});
const renamed = facts({
  id: 'artifact-renamed',
  severity: 'info',
  reason: 'A test result has a name under which the official validator does not read it.',
  remedy:
    'Fine for results of another suite; those of the official suite are called e2e.log, junit.xml or results.json.',
  source: 'official validator since 2026-09 goes by the name of the file',
});
const hidden = facts({
  id: 'artifact-hidden-failures',
  severity: 'warning',
  reason:
    'A test result that the official validator does not read (another name, or not cited) holds failures or skips.',
  remedy: 'Say in the notes of the requirement why they do not matter, or repeat the run.',
  source: 'official validator since 2026-09 refuses failing tests only in results that are cited by their usual name',
});

const START: Position = { line: 1, column: 1 };

/** Test results by their content: what the official validator would find in them, and whether they agree. */
export const artifacts = strictRule([disagrees, renamed, hidden], function* (submission, context) {
  const results = testResults(submission);
  if (results.length === 0) return;
  const cited = citedFiles(submission);
  for (const result of results) {
    const items = cited.get(result.path) ?? [];
    const [first] = items;
    if (first && !result.canonical) {
      const message = `${result.path} is a ${result.form} under a name that the official validator does not read.`;
      yield renamed.at(first, first.subject, message);
    }
    if (!first || !result.canonical) {
      if (result.failures.length > 0) {
        const why = first ? 'which the official validator does not read' : 'which nobody cites';
        const shown = result.failures.slice(0, 5).join(', ') + (result.failures.length > 5 ? ', ...' : '');
        yield hidden.at(
          first ?? START,
          first?.subject ?? 'document',
          `${result.path}, ${why}, holds failures: ${shown}.`,
        );
      }
      yield* outcomes(items, result, submission, context);
    }
  }
  yield* contradictions(results, cited);
});

/** The requirement's own test in a result of another name. */
function* outcomes(
  items: readonly LocalEvidence[],
  { path, report, failures }: TestResults,
  submission: Submission,
  context: RuleContext,
): Generator<Finding> {
  for (const item of items) {
    const test = item.fragment ?? requirementOf(item.entry, submission, context)?.automatedTest;
    if (test === undefined || !report || !isImplemented(item.entry) || failures.length > 0) continue;
    if (report.outcomeOf(test) !== 'skip') continue;
    yield hidden.at(item, item.subject, `${item.subject} is Implemented, but its test ${test} was skipped in ${path}.`);
  }
}

/** Results of one folder, each with each: the same test, another outcome. */
function* contradictions(
  results: readonly TestResults[],
  cited: ReadonlyMap<string, readonly LocalEvidence[]>,
): Generator<Finding> {
  for (const [index, one] of results.entries()) {
    for (const other of results.slice(0, index)) {
      if (posix.dirname(one.path) !== posix.dirname(other.path) || !one.report || !other.report) continue;
      const tests = [...one.report.tests].filter(([test, outcome]) => {
        const there = other.report?.tests.get(test);
        return there !== undefined && there !== outcome;
      });
      const [first] = tests;
      if (!first) continue;
      const [item] = [...(cited.get(one.path) ?? []), ...(cited.get(other.path) ?? [])];
      const more = tests.length > 1 ? ` (and ${tests.length - 1} more tests)` : '';
      const message = `${first[0]} is "${first[1]}" in ${one.path} and "${other.report.tests.get(first[0])}" in ${other.path}${more}.`;
      yield disagrees.at(item ?? START, item?.subject ?? 'document', message);
    }
  }
}
