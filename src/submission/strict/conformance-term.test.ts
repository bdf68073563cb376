import { afterAll, describe, expect, it } from 'vitest';
import { conformanceTerm, oneYearAfter } from './conformance-term.ts';
import { contextOf, SyntheticCheckout } from './synthetic-checkout.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());
const own = checkout.submission({ version: '1.36' });
const newer = checkout.submission({ version: '1.37' });

function heard(merged: string | undefined, now: string, siblings = [own]): readonly string[] {
  const dates = new Map(merged === undefined ? [] : [[own.file, new Date(merged)]]);
  const verdict = conformanceTerm.check(own, contextOf(siblings, { merged: dates, now: new Date(now) }));
  return [...verdict.findings.map((one) => `${one.severity} ${one.rule}: ${one.message}`), ...verdict.notChecked];
}

describe('when conformance ends', () => {
  it('is one year after the merge', () => {
    expect(heard('2026-01-20T10:00:00Z', '2026-06-01')).toEqual([
      'info conformance-ends: The checklist was merged on 2026-01-20, one year ends on 2027-01-20.',
    ]);
  });
  it('is over on that day', () => {
    expect(heard('2026-01-20T10:00:00Z', '2027-01-20T10:00:00Z')).toEqual([
      'warning conformance-ended: The checklist was merged on 2026-01-20, one year ends on 2027-01-20: conformance of this version has ended.',
    ]);
    expect(heard('2026-01-20T10:00:00Z', '2027-01-20T09:59:59Z')).toHaveLength(1);
    expect(heard('2026-01-20T10:00:00Z', '2027-01-20T09:59:59Z')[0]).toMatch(/^info conformance-ends/);
  });
  it('is only worth a word when a newer version of the product is there', () => {
    expect(heard('2025-01-20', '2027-01-20', [own, newer])[0]).toMatch(/^info conformance-ended: .*a newer version/);
  });
  it('is said to be unknown without history', () => {
    const unknown = ['When conformance ends (one year after the merge): the history of the checkout does not tell.'];
    expect(heard(undefined, '2026-06-01')).toEqual(unknown);
    expect(conformanceTerm.check(own, contextOf([own])).notChecked).toEqual(unknown);
  });
  it('of the 29th of February is the 1st of March', () => {
    expect(oneYearAfter(new Date('2028-02-29T12:00:00Z')).toISOString()).toBe('2029-03-01T12:00:00.000Z');
  });
});
