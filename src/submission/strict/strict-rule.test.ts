import { expect, it } from 'vitest';
import type { Submission } from '../submission.ts';
import { facts, strictRule } from './strict-rule.ts';
import { contextOf } from './synthetic-checkout.ts';

const one = facts({ id: 'one', severity: 'warning', reason: 'r', remedy: 'm', source: 's' });
const nowhere = {} as Submission;
const said = (subjects: readonly string[]): readonly string[] => {
  const rule = strictRule([one], function* () {
    for (const [index, subject] of subjects.entries())
      yield one.at({ line: index + 1, column: 1 }, subject, `${subject}!`);
  });
  return rule.check(nowhere, contextOf([])).findings.map(({ message }) => message);
};

it('keeps what a person can read, and counts the rest', () => {
  expect(said(['a', 'b', 'a'])).toEqual(['a!', 'b!', 'a!']);
  const alike = said(Array.from({ length: 120 }, () => 'a'));
  expect(alike).toHaveLength(50);
  expect(alike.at(-1)).toBe('a! (and 70 more like this)');
  const different = said(Array.from({ length: 1000 }, (_, index) => `s${index}`));
  expect(different).toHaveLength(200);
  expect(different.at(-1)).toBe('s199! (and 800 more like this)');
  expect(different.slice(0, -1).join()).not.toContain('more like this');
});

it('gives a finding the severity and the remedy of its rule, unless the case differs', () => {
  const place = { line: 3, column: 7 };
  expect(one.at(place, 'x', 'y')).toEqual({
    rule: 'one',
    severity: 'warning',
    subject: 'x',
    message: 'y',
    remedy: 'm',
    ...place,
  });
  expect(one.at(place, 'x', 'y', { severity: 'info', remedy: 'z' })).toMatchObject({ severity: 'info', remedy: 'z' });
});
