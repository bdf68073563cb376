import { afterAll, describe, expect, it } from 'vitest';
import { versions } from '../../program/checklist.ts';
import { judge } from '../judge.ts';
import { contextOf, inLines, SyntheticCheckout, strictFindings } from './synthetic-checkout.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

describe('a clean submission', () => {
  it.each(versions)('for %s has nothing to object to, alone', (version) => {
    const submission = checkout.submission({ version });
    expect(submission.problems).toEqual([]);
    expect(inLines(strictFindings(submission), submission)).toEqual([]);
  });

  it('has nothing to object to by the whole strict profile, beside its other versions', () => {
    const submissions = versions.map((version) => checkout.submission({ version }));
    const judged = judge(submissions, contextOf(submissions));
    const heard = judged.flatMap(({ findings, path }) => findings.map((one) => `${path} ${one.severity} ${one.rule}`));
    expect(heard).toEqual([]);
    expect(judged.map((one) => one.ok)).toEqual(versions.map(() => true));
  });
});
