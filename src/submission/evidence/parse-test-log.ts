import { scanLines } from './scan-lines.ts';
import { ArtifactFault, type TestOutcome, TestReport } from './test-report.ts';

const RESULT = /^[\t\n\f\r ]*--- (PASS|FAIL|SKIP): ([^\t\n\f\r ]+)/;
const OUTCOMES: Readonly<Record<string, TestOutcome>> = { PASS: 'pass', FAIL: 'fail', SKIP: 'skip' };

/** e2e.log: what `go test -v` prints. Throws ArtifactFault. */
export function parseTestLog(bytes: Uint8Array): TestReport {
  const report = new TestReport();
  for (const { text } of scanLines(bytes)) {
    const [, word = '', name = ''] = RESULT.exec(text) ?? [];
    const outcome = OUTCOMES[word];
    if (outcome) report.record(name, outcome);
  }
  if (report.isEmpty) throw new ArtifactFault('no line begins with "--- PASS: ", "--- FAIL: " or "--- SKIP: "');
  return report;
}
