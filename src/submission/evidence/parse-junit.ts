import { ArtifactFault, type TestOutcome, TestReport } from './test-report.ts';
import { XmlReader, type XmlToken } from './xml-reader.ts';

/** Deepest element that Go decodes. */
const MAX_DEPTH = 10_000;

interface Suite {
  readonly tests: (readonly [name: string, outcome: TestOutcome])[];
  readonly suites: Suite[];
}

/**
 * junit.xml: `testcase` elements in the root, whatever its name, and in `testsuite` elements inside each other. Other
 * elements are passed over, and so is what follows the root. Throws ArtifactFault.
 */
export function parseJunit(bytes: Uint8Array): TestReport {
  const reader = new XmlReader(bytes);
  while (reader.next().kind !== 'start');
  const report = new TestReport();
  const waiting = [readSuites(reader)];
  // The tests of a suite come before those of the suites in it.
  for (let suite = waiting.pop(); suite !== undefined; suite = waiting.pop()) {
    for (const [name, outcome] of suite.tests) report.record(name, outcome);
    waiting.push(...suite.suites.toReversed());
  }
  if (report.isEmpty) throw new ArtifactFault('it has no <testcase> element');
  return report;
}

/** Everything inside the root, which was just opened. */
function readSuites(reader: XmlReader): Suite {
  const root: Suite = { tests: [], suites: [] };
  const open = [root];
  for (;;) {
    const token = reader.next();
    const suite = open.at(-1) ?? root;
    if (token.kind === 'end') {
      open.pop();
      if (open.length === 0) return root;
    } else if (token.name === 'testsuite') {
      checkDepth(reader);
      const inner: Suite = { tests: [], suites: [] };
      suite.suites.push(inner);
      open.push(inner);
    } else if (token.name === 'testcase') {
      checkDepth(reader);
      suite.tests.push([nameOf(token), readOutcome(reader)]);
    } else {
      skip(reader);
    }
  }
}

function checkDepth(reader: XmlReader): void {
  if (reader.depth > MAX_DEPTH) throw new ArtifactFault(`it is nested deeper than ${MAX_DEPTH} elements`);
}

/** The last attribute of that name counts, whatever its prefix. */
function nameOf(token: Extract<XmlToken, { kind: 'start' }>): string {
  return token.attributes.findLast(({ name }) => name === 'name')?.value ?? '';
}

/** What is inside of a testcase, which was just opened, up to its end. */
function readOutcome(reader: XmlReader): TestOutcome {
  let outcome: TestOutcome = 'pass';
  for (let token = reader.next(); token.kind === 'start'; token = reader.next()) {
    const failed = token.name === 'failure' || token.name === 'error';
    if (failed || token.name === 'skipped') checkDepth(reader);
    if (failed) outcome = 'fail';
    else if (token.name === 'skipped' && outcome === 'pass') outcome = 'skip';
    skip(reader);
  }
  return outcome;
}

/** The rest of an element that was just opened. */
function skip(reader: XmlReader): void {
  for (const outside = reader.depth - 1; reader.depth > outside; ) reader.next();
}
