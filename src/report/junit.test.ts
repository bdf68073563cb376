import { describe, expect, it } from 'vitest';
import fc from '../../test/property.ts';
import { CASE_KINDS, OUTCOMES } from '../evidence/index.ts';
import { junitXml } from './junit.ts';
import { scriptedCase, scriptedFinding, scriptedReport } from './testing/scripted-report.ts';

const attribute = (xml: string, name: string): number =>
  Number(new RegExp(`<testsuite [^>]*${name}="(\\d+)"`).exec(xml)?.[1]);

describe('junit.xml', () => {
  it('writes an inconclusive as an error, a fail as a failure, not-applicable as skipped with its reason', () => {
    const xml = junitXml(
      scriptedReport([
        scriptedCase('r/passes', { outcome: 'pass' }),
        scriptedCase('r/fails', {
          outcome: 'fail',
          findings: [scriptedFinding('fail', { remedy: 'mend it', evidence: [7] })],
        }),
        scriptedCase('r/open', { outcome: 'inconclusive', remedy: 'add a node' }),
        scriptedCase('r/void', { outcome: 'not-applicable', because: 'no such hardware' }),
      ]),
    );
    expect(xml).toMatch(/name="r\/passes" time="1.600"\/>/);
    expect(xml).toMatch(/name="r\/fails"[^>]*>\s*<failure type="fail" message="r\/fails came to fail">/);
    expect(xml).toContain('evidence: cases/r/fails/timeline.jsonl:7');
    expect(xml).toMatch(/name="r\/open"[^>]*>\s*<error type="inconclusive.capacity"[^>]*>[^<]*remedy: add a node/);
    expect(xml).toMatch(/name="r\/void"[^>]*>\s*<skipped type="not-applicable" message="no such hardware"/);
    expect(xml).toContain('<property name="producer.version" value="1.2.3"/>');
    expect(xml).toContain('<property name="run" value="0badcafe"/>');
    expect(xml).not.toMatch(/certified/i);
  });

  it('is not green for a requirement without any case', () => {
    const xml = junitXml(scriptedReport([], { asked: ['r'] }));
    expect(attribute(xml, 'tests')).toBe(1);
    expect(attribute(xml, 'errors')).toBe(1);
  });

  it('skips what an alternative makes up for, and says its result', () => {
    const xml = junitXml(
      scriptedReport([
        scriptedCase('g/p@a', { outcome: 'pass', alternative: 'a' }),
        scriptedCase('g/p@b', { outcome: 'fail', alternative: 'b' }),
      ]),
    );
    expect(attribute(xml, 'failures')).toBe(0);
    expect(xml).toMatch(/<skipped type="fail" message="fail, an alternative suffices/);
  });

  it('is green exactly when the requirement is shown, and never hides a result behind a pass', () => {
    const one = fc.record({
      outcome: fc.constantFrom(...OUTCOMES),
      kind: fc.constantFrom(...CASE_KINDS),
      alternative: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (made) => {
        const cases = made.map(({ alternative, ...is }, index) =>
          scriptedCase(`r/c${alternative === undefined ? index : ''}@${index}`, {
            ...is,
            ...(alternative === undefined ? {} : { alternative }),
          }),
        );
        const report = scriptedReport(cases, { asked: ['r'] });
        const xml = junitXml(report);
        const shown = ['pass', 'not-applicable'].includes(report.requirements[0]?.verdict.outcome ?? '');
        expect(attribute(xml, 'failures') + attribute(xml, 'errors') === 0).toBe(shown);
        const green = [...xml.matchAll(/<testcase [^>]*name="r\/([^"]*)"[^>]*\/>/g)].map(([, name]) => `r/${name}`);
        expect(green).toEqual(cases.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id));
      }),
    );
  });
});
