import { describe, expect, it } from 'vitest';
import { testCase } from '../testing/test-cases.ts';
import type { Planned } from './planned.ts';
import { rankOf } from './planned.ts';
import { sharedActs } from './shared-acts.ts';

const act = async (): Promise<void> => {};
const together = { name: 'together', act };
const planned = (name: string, is: Partial<Planned> = {}): Planned => {
  const one = testCase(name, { shares: together });
  return { id: one.id, case: one, params: { node: 'a' }, needs: {}, ...is };
};
const ids = (plan: readonly Planned[]): string[][] =>
  sharedActs(plan).map(({ instances }) => instances.map(({ id }) => id.replace('gang_scheduling/', '')));

describe('sharedActs', () => {
  it('acts cases that share an act once for each variant and set of parameters', () => {
    const plan = [
      planned('a'),
      planned('alone'),
      planned('b'),
      planned('c', { params: { node: 'b' } }),
      planned('d', { variant: 'v' }),
    ];
    plan[1] = { ...planned('alone'), case: testCase('alone', { act }) };
    expect(ids(plan)).toEqual([['a', 'b'], ['alone'], ['c'], ['d']]);
  });

  it('leaves what will not run by itself', () => {
    const omitted = { outcome: 'inconclusive', class: 'capacity', code: 'capacity', message: 'no' } as const;
    expect(ids([planned('a'), planned('b', { omitted }), planned('c')])).toEqual([['a', 'c'], ['b']]);
  });

  it('needs what any of them needs, and waits as long as the one that waits longest', () => {
    const waits = [{ why: 'silence', least: 60_000 }];
    const [one] = sharedActs([
      planned('a', { needs: { tokens: { 'accelerators/n': 2 }, creates: ['v1/Pod'] } }),
      planned('b', { needs: { tokens: { 'accelerators/n': 'all', gateway: 1 }, creates: ['v1/Pod'], waits } }),
    ]);
    expect(one).toMatchObject({
      needs: { tokens: { 'accelerators/n': 'all', gateway: 1 }, creates: ['v1/Pod'], waits },
      leastWait: 60_000,
    });
  });

  it('refuses cases that say that they share an act and have different ones', () => {
    const other = { ...planned('b'), case: testCase('b', { shares: { ...together, act: async () => {} } }) };
    expect(() => sharedActs([planned('a'), other])).toThrow(/gang_scheduling\/b shares the act of gang_scheduling\/a/);
  });
});

describe('rankOf', () => {
  it('puts the longest wait first, and before it one during which others can go on', () => {
    const waits = (least: number, withoutTokens?: true) => ({
      needs: { waits: [{ why: 'w', least, ...(withoutTokens === undefined ? {} : { withoutTokens }) }] },
    });
    const order = [
      planned('none'),
      planned('long', waits(60)),
      planned('early', waits(60, true)),
      planned('short', waits(40)),
    ];
    expect(order.toSorted((a, b) => rankOf(b) - rankOf(a)).map(({ id }) => id.split('/')[1])).toEqual([
      'early',
      'long',
      'short',
      'none',
    ]);
  });
});
