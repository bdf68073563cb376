import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJunit } from './parse-junit.ts';
import { parseTestEvents } from './parse-test-events.ts';
import { parseTestLog } from './parse-test-log.ts';
import { ArtifactFault, type TestReport } from './test-report.ts';

const PARSERS = { junit: parseJunit, json: parseTestEvents, log: parseTestLog };

interface Case {
  readonly kind: keyof typeof PARSERS;
  readonly text?: string;
  readonly base64?: string;
  readonly error?: true;
  readonly tests?: Readonly<Record<string, string>>;
  readonly failures?: readonly string[];
}

const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/artifacts.json'), 'utf8')) as readonly Case[];

function parse({ kind, text, base64 = '' }: Case): TestReport | undefined {
  try {
    return PARSERS[kind](text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text));
  } catch (error) {
    if (error instanceof ArtifactFault) return undefined;
    throw error;
  }
}

describe('test results as the official validator reads them', () => {
  it.each(['junit', 'json', 'log'] as const)('%s: has the recorded outcome for each file', (kind) => {
    const cases = CASES.filter((one) => one.kind === kind);
    expect(cases.length).toBeGreaterThan(100);
    for (const one of cases) {
      const report = parse(one);
      const shown = one.text ?? one.base64;
      expect(report === undefined, shown).toBe(one.error === true);
      if (!report) continue;
      const tests = Object.keys(one.tests ?? {}).map((name) => [name, report.outcomeOf(name)]);
      expect(Object.fromEntries(tests), shown).toEqual(one.tests);
      expect(report.failures, shown).toEqual(one.failures);
    }
  });

  it('tells where and why a file cannot be read', () => {
    const xml =
      '<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>\n<r>\n<testcase name="&xxe;"/></r>';
    expect(() => parseJunit(Buffer.from(xml))).toThrow(/^line 4: "&xxe;" is not an entity/);
    expect(() => parseTestEvents(Buffer.from('{"Action":"run"}\n{"Action":"pa'))).toThrow(/^line 2 is not JSON$/);
    expect(() => parseTestEvents(Buffer.from('{"Action":1}'))).toThrow(/^line 1 has a "Action" that is not a text$/);
    expect(() => parseTestLog(Buffer.from('ok\n'))).toThrow(/no line begins with "--- PASS: "/);
  });

  it('takes lines shorter than 16 MiB only', () => {
    const most = 16 * 1024 * 1024;
    const log = (length: number): Buffer => Buffer.from(`--- PASS: TestA\n${'x'.repeat(length)}\n`);
    expect(parseTestLog(log(most - 1)).outcomeOf('TestA')).toBe('pass');
    expect(() => parseTestLog(log(most))).toThrow(/line 2 is longer than 16 MiB/);
  });

  it('puts the subtests of a test together when the test itself is missing', () => {
    const outcome = (log: string): string | undefined => parseTestLog(Buffer.from(log)).outcomeOf('TestA');
    expect(outcome('--- PASS: TestA/x\n--- SKIP: TestA/y\n')).toBe('pass');
    expect(outcome('--- SKIP: TestA/x\n--- SKIP: TestA/y\n')).toBe('skip');
    expect(outcome('--- PASS: TestA/x\n--- FAIL: TestA/y\n')).toBe('fail');
    expect(outcome('--- FAIL: TestA/x\n--- PASS: TestA\n')).toBe('pass');
    expect(outcome('--- PASS: TestAB/x\n')).toBeUndefined();
  });
});
