import { afterAll, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { factsOf } from '../catalogue.ts';
import { type Judgement, judge } from '../judge.ts';
import { processorMs } from '../testing/processor-time.ts';
import { contextOf, SyntheticCheckout } from './synthetic-checkout.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

/** Values that break expressions, paths, addresses and terminals. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\t',
    'N/A',
    '[x]',
    '../../../../etc/passwd',
    'file://',
    '#',
    '#x',
    '.',
    '/',
    '\u0000',
    '\u202E',
    '\uFEFF',
    '%',
    '%zz',
    '%2e%2e/x',
    'https://',
    'https://[',
    'http://\u0000',
    'https://x\ny',
    'HTTPS://X',
    'v1.36/meerstern/',
    'v1.36/other/x.md',
    'junit.xml#',
    'gang.md#%zz',
    `https://${'a.'.repeat(2000)}cloud`,
    'a'.repeat(5000),
    'does not '.repeat(500),
    '@a.'.repeat(500),
    '{{x}}',
    '*',
    '&a',
    '!!binary x',
    '~',
    '1e3',
    '2026-01-01',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
  ),
);

type Mutation = (lines: string[]) => string[];
const at = fc.nat(200);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  at.map(
    (n): Mutation =>
      (lines) =>
        lines.filter((_, index) => index !== n % lines.length),
  ),
  at.map(
    (n): Mutation =>
      (lines) =>
        lines.toSpliced(n % lines.length, 0, lines[n % lines.length] ?? ''),
  ),
  fc.tuple(at, fc.integer({ min: -4, max: 4 })).map(
    ([n, by]): Mutation =>
      (lines) =>
        lines.map((line, index) =>
          index !== n % lines.length ? line : by < 0 ? line.slice(-by) : ' '.repeat(by) + line,
        ),
  ),
  fc.tuple(at, nasty).map(
    ([n, value]): Mutation =>
      (lines) =>
        lines.map((line, index) =>
          index === n % lines.length ? line.replace(/"[^"]*"/, () => JSON.stringify(value)) : line,
        ),
  ),
  fc.tuple(at, nasty).map(
    ([n, value]): Mutation =>
      (lines) =>
        lines.map((line, index) => (index === n % lines.length ? line.replace(/"[^"]*"/, () => value) : line)),
  ),
  fc.tuple(at, nasty).map(
    ([n, value]): Mutation =>
      (lines) =>
        lines.map((line, index) =>
          index === n % lines.length ? line.replace(/[\w]+:/, () => `${JSON.stringify(value)}:`) : line,
        ),
  ),
);

it('whatever is written: no crash, and every finding has a place in the file, a known rule and one printable line', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => {
      const submission = checkout.submission({
        raw: (text) => mutations.reduce((lines, mutate) => mutate(lines), text.split('\n')).join('\n'),
      });
      let judgement: Judgement | undefined;
      const took = processorMs(() => {
        [judgement] = judge([submission], contextOf([submission], { now: new Date('2026-11-24') }));
      }, 1000);
      expect(took).toBeLessThan(1000);
      const lines = submission.text.split('\n');
      for (const finding of judgement?.findings ?? []) {
        expect(factsOf(finding.rule)?.id).toBe(finding.rule);
        expect(finding.line).toBeGreaterThanOrEqual(1);
        expect(finding.line).toBeLessThanOrEqual(lines.length);
        expect(finding.column).toBeGreaterThanOrEqual(1);
        expect(finding.column).toBeLessThanOrEqual((lines[finding.line - 1]?.length ?? 0) + 1);
        expect(`${finding.message}${finding.remedy}`).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
      }
    }),
    { numRuns: 600 },
  );
});
