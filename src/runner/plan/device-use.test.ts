import { expect, it } from 'vitest';
import type { Case, Needs } from '../../case-kit/index.ts';
import { deviceUse } from './device-use.ts';
import type { Planned } from './planned.ts';

const planned = (id: string, needs: Needs, more: Partial<Planned> = {}): Planned => ({
  id,
  case: { id } as Case,
  params: null,
  needs,
  ...more,
});
const waits = [{ why: 'silence', least: 50_000 }];
const capacities = new Map([
  ['accelerators/a', 8],
  ['accelerators/b', 2],
]);

it('says which nodes are filled, and the device-minutes of every act', () => {
  const plan = [
    planned('x/all', { tokens: { 'accelerators/a': 'all' }, waits, aside: 10_000 }),
    planned('x/two', { tokens: { 'accelerators/a': 2 }, aside: 30_000 }),
    planned('x/one', { tokens: { 'accelerators/b': 1, gateway: 1 }, waits, aside: 10_000 }),
    planned('x/none', { tokens: { gateway: 1 } }),
    planned(
      'x/out',
      { tokens: { 'accelerators/b': 'all' } },
      { omitted: { outcome: 'inconclusive', code: 'x', message: 'x' } },
    ),
  ];
  expect(deviceUse(plan, capacities)).toEqual([
    { node: 'a', devices: 8, filled: true, deviceMinutes: 9 },
    { node: 'b', devices: 1, filled: false, deviceMinutes: 1 },
  ]);
  expect(deviceUse([], capacities)).toEqual([]);
});
