import { posix } from 'node:path';
import { isArtifact } from '../evidence/artifact.ts';
import { parseJunit } from '../evidence/parse-junit.ts';
import { parseTestEvents } from '../evidence/parse-test-events.ts';
import { parseTestLog } from '../evidence/parse-test-log.ts';
import { ArtifactFault, type TestReport } from '../evidence/test-report.ts';
import type { Submission } from '../submission.ts';
import { folderOf } from './product-folder.ts';

/** A file of the product folder that holds test results, whatever its name. */
export interface TestResults {
  readonly path: string;
  readonly form: 'JUnit report' | 'go test -json' | 'go test -v' | 'Ginkgo log';
  /** The official validator reads it as a result because of its name. */
  readonly canonical: boolean;
  /** Failed tests by name; for a Ginkgo log their number in words. */
  readonly failures: readonly string[];
  /** Undefined when the form has no names (Ginkgo log) or the file is large and holds no failure. */
  readonly report: TestReport | undefined;
}

/** Parsing costs about 50 ms per MiB: a larger report is only parsed when it holds a failure. */
const PARSED = 512 * 1024;
const known = new WeakMap<Submission, readonly TestResults[]>();

/** All test results of a product folder, by their content, in order of their paths. */
export function testResults(submission: Submission): readonly TestResults[] {
  let results = known.get(submission);
  if (!results) {
    const files = folderOf(submission)
      .files()
      .filter((path) => /\.(?:xml|json|ndjson|jsonl|log|txt|out)$/i.test(path));
    results = files.flatMap((path) => resultsOf(submission, path) ?? []);
    known.set(submission, results);
  }
  return results;
}

function resultsOf(submission: Submission, path: string): TestResults | undefined {
  const text = folderOf(submission).text(path);
  if (text === undefined) return undefined;
  const canonical = isArtifact(path);
  const ginkgo = text.includes(' Passed') ? GINKGO_END.exec(text) : null;
  if (ginkgo) {
    const failed = Number(ginkgo[1]);
    return { path, form: 'Ginkgo log', canonical, failures: failed > 0 ? [`${failed} specs`] : [], report: undefined };
  }
  const form = formOf(posix.extname(path).toLowerCase(), text);
  if (!form) return undefined;
  if (form.name === 'JUnit report' && text.length > PARSED && !/<(?:failure|error)[\s/>]/.test(text)) {
    return { path, form: form.name, canonical, failures: [], report: undefined };
  }
  try {
    const report = form.parse(Buffer.from(text));
    return { path, form: form.name, canonical, failures: report.failures, report };
  } catch (error) {
    // Not a result after all; under a canonical name the official rule says artifact-unparsable.
    if (error instanceof ArtifactFault) return undefined;
    throw error;
  }
}

/** `SUCCESS! -- 11 Passed | 0 Failed | 0 Pending | 7133 Skipped`, with the colours of a terminal or without. */
const GINKGO_END = /^.{0,20}(?:SUCCESS|FAIL)!.{0,10} -- .{0,20}?\d+ Passed.{0,20}? \| .{0,20}?(\d+) Failed/m;

interface Form {
  readonly name: Exclude<TestResults['form'], 'Ginkgo log'>;
  parse(bytes: Uint8Array): TestReport;
}

function formOf(extension: string, text: string): Form | undefined {
  if (extension === '.xml') {
    return /<testsuites?[\s>]/.test(text.slice(0, 4096)) ? { name: 'JUnit report', parse: parseJunit } : undefined;
  }
  if (extension.includes('json')) {
    const event = /^\s*\{[^\n]{0,500}"Action"\s*:/.test(text.slice(0, 4096));
    return event ? { name: 'go test -json', parse: parseTestEvents } : undefined;
  }
  return /^[ \t]*--- (?:PASS|FAIL|SKIP): /m.test(text) ? { name: 'go test -v', parse: parseTestLog } : undefined;
}
