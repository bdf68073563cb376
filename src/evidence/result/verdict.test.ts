import { describe, expect, it } from 'vitest';
import fc from '../../../test/property.ts';
import { BARS, CASE_KINDS, INCONCLUSIVE_CLASSES, OUTCOMES } from '../outcome.ts';
import { type CaseOutcome, verdicts } from './verdict.ts';

const outcomes = fc.constantFrom(...OUTCOMES);
/** The official outcome of a case never fails or wavers where its behaviour does not: its findings are a part of the others. */
const anyCase: fc.Arbitrary<CaseOutcome> = fc
  .record({
    case: fc.constantFrom('r/a', 'r/b', 'r/c'),
    kind: fc.constantFrom(...CASE_KINDS),
    bar: fc.constantFrom(...BARS),
    alternative: fc.constantFrom(undefined, 'kueue', 'volcano'),
    outcome: outcomes,
    class: fc.constantFrom(...INCONCLUSIVE_CLASSES),
    because: fc.constant('because'),
    n: fc.nat(),
  })
  .map(({ n, ...one }) => ({ ...one, id: `${one.case}@${n}` }));
const someCases = fc.array(anyCase, { maxLength: 8 });
const of = (cases: readonly CaseOutcome[]): string => verdicts(cases).behaviour.outcome;
const official = (cases: readonly CaseOutcome[]): string | undefined => verdicts(cases).official?.outcome;
const required = (one: CaseOutcome): CaseOutcome => ({ ...one, kind: 'required', alternative: undefined });

describe('verdict policy', () => {
  it('never passes when a deciding case without alternatives did not pass or was not applicable', () => {
    fc.assert(
      fc.property(someCases, (cases) => {
        const blocks = cases.some(
          (one) =>
            one.kind !== 'extended' && one.alternative === undefined && ['fail', 'inconclusive'].includes(one.outcome),
        );
        return !(blocks && of(cases) === 'pass');
      }),
    );
  });

  it('never becomes a pass by one more inconclusive or failing case', () => {
    fc.assert(
      fc.property(someCases, anyCase, fc.constantFrom('inconclusive', 'fail'), (cases, one, outcome) => {
        const more = [...cases, { ...one, outcome }] as CaseOutcome[];
        return of(cases) === 'pass' || of(more) !== 'pass';
      }),
    );
  });

  it('fails whenever a required case fails that has no alternative', () => {
    fc.assert(
      fc.property(someCases, anyCase, (cases, one) => of([...cases, { ...required(one), outcome: 'fail' }]) === 'fail'),
    );
  });

  it('never fails without a fail, never passes without a pass', () => {
    fc.assert(
      fc.property(someCases, (cases) => {
        const deciding = cases.filter((one) => one.kind !== 'extended').map((one) => one.outcome);
        const verdict = of(cases);
        return (verdict !== 'fail' || deciding.includes('fail')) && (verdict !== 'pass' || deciding.includes('pass'));
      }),
    );
  });

  it('does not depend on the order of the cases, nor on extended ones', () => {
    const shuffled = someCases.chain((cases) =>
      fc.tuple(fc.constant(cases), fc.shuffledSubarray(cases, { minLength: cases.length })),
    );
    fc.assert(
      fc.property(shuffled, anyCase, ([cases, other], extra) => {
        const extended = { ...extra, kind: 'extended' as const };
        return of(cases) === of(other) && of(cases) === of([...cases, extended]);
      }),
    );
  });

  it('asks of the behaviour bar whatever the official bar asks: a behaviour pass is an official pass', () => {
    fc.assert(
      fc.property(fc.array(anyCase.map(required), { maxLength: 6 }), (cases) => {
        const passes = of(cases) === 'pass';
        const plan = official(cases);
        return !passes || plan === undefined || plan === 'pass' || plan === 'not-applicable';
      }),
    );
  });

  it('is inconclusive of nothing', () => {
    expect(verdicts([]).behaviour).toMatchObject({ outcome: 'inconclusive', class: 'not-enabled' });
    expect(verdicts([])).not.toHaveProperty('official');
  });
});

describe('alternatives', () => {
  const one = (id: string, alternative: string | undefined, outcome: CaseOutcome['outcome']): CaseOutcome => ({
    id: `${id}@${alternative ?? ''}`,
    case: id,
    kind: 'required',
    bar: 'official',
    alternative,
    outcome,
    class: 'capacity',
    because: outcome,
  });

  it('one that passes everything suffices', () => {
    const cases = [
      one('p', 'kueue', 'fail'),
      one('p', 'volcano', 'pass'),
      one('n', 'kueue', 'pass'),
      one('n', 'volcano', 'pass'),
    ];
    expect(verdicts(cases).behaviour).toMatchObject({ outcome: 'pass', decidedBy: ['p@volcano', 'n@volcano'] });
  });

  it('two that each pass a half do not', () => {
    const cases = [
      one('p', 'kueue', 'pass'),
      one('n', 'kueue', 'fail'),
      one('p', 'volcano', 'fail'),
      one('n', 'volcano', 'pass'),
    ];
    expect(of(cases)).toBe('fail');
  });

  it('keep the verdict open while one of them is inconclusive', () => {
    expect(of([one('p', 'kueue', 'fail'), one('p', 'volcano', 'inconclusive')])).toBe('inconclusive');
  });

  it('do not pass by the cases that were left out for them', () => {
    const cases = [one('p', 'kueue', 'fail'), one('n', 'kueue', 'pass'), one('p', 'volcano', 'pass')];
    expect(verdicts(cases).behaviour).toMatchObject({
      outcome: 'inconclusive',
      because: expect.stringContaining('n was not run for volcano'),
    });
  });

  it('do not help when a case without alternatives fails', () => {
    expect(of([one('p', 'kueue', 'pass'), one('control', undefined, 'fail')])).toBe('fail');
  });

  it('says whether there is no case at all, or none that decides', () => {
    expect(verdicts([]).behaviour.because).toBe(
      'plimsoll has no case for this requirement yet: nothing of it was tried',
    );
    const extended = {
      id: 'a/x',
      case: 'a/x',
      kind: 'extended',
      bar: 'behaviour',
      outcome: 'pass',
      because: '',
    } as const;
    expect(verdicts([extended]).behaviour).toMatchObject({
      outcome: 'inconclusive',
      because: 'only extended cases were run (a/x), which never decide',
    });
  });
});
