import { JsonFault, stringMembers } from './go-json.ts';
import { trimSpace } from './go-text.ts';
import { scanLines } from './scan-lines.ts';
import { ArtifactFault, TestReport } from './test-report.ts';

const FIELDS = ['Action', 'Package', 'Test'] as const;

/** results.json: one JSON object per line, as `go test -json` prints them. Throws ArtifactFault. */
export function parseTestEvents(bytes: Uint8Array): TestReport {
  const report = new TestReport();
  const packages: string[] = [];
  for (const { text, number } of scanLines(bytes)) {
    const line = trimSpace(text);
    if (line === '') continue;
    const { Action: action, Package: name, Test: test } = members(line, number);
    if (action !== 'pass' && action !== 'fail' && action !== 'skip') continue;
    if (test !== '') report.record(test, action);
    else if (action === 'fail') packages.push(name);
  }
  // A package that fails along with one of its tests says nothing new.
  if (!report.hasFailures) for (const name of packages) report.recordPackageFailure(name);
  if (report.isEmpty) throw new ArtifactFault('no line is the event of a test');
  return report;
}

function members(line: string, number: number): Record<(typeof FIELDS)[number], string> {
  try {
    return stringMembers(line, FIELDS);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new ArtifactFault(`line ${number} ${error.message}`);
  }
}
