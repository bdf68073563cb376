import { expect, it } from 'vitest';
import { testCase } from '../testing/test-cases.ts';
import type { Planned } from './planned.ts';
import { spreadOverNodes } from './spread-over-nodes.ts';

/** An instance that takes a node for `least` seconds, the first of several or another. */
function on(name: string, least: number, nodes: readonly string[], shares?: string): Planned {
  const one = testCase(name, shares === undefined ? {} : { shares: { name: shares, act: sharedAct } });
  const [first, ...others] = nodes.map((node) => ({
    id: `${one.id}@${node}`,
    variant: node,
    params: { node },
    needs: {
      tokens: { [`accelerators/${node}`]: 'all' as const },
      waits: [{ why: 'of a test', least: least * 1000 }],
    },
  }));
  if (first === undefined) throw new Error('no node');
  return { ...first, case: one, elsewhere: others };
}
const sharedAct = async (): Promise<void> => {};

const ids = (plan: readonly Planned[]): string[] =>
  spreadOverNodes(plan).map(({ id }) => id.replace('gang_scheduling/', ''));

it('keeps long and short holders apart where there are two nodes, and the order of the plan', () => {
  expect(ids([on('short', 5, ['a', 'b']), on('long', 180, ['a', 'b']), on('middle', 60, ['a', 'b'])])).toEqual([
    'short@b',
    'long@a',
    'middle@b',
  ]);
});

it('knows where those are that cannot choose, whenever they come', () => {
  expect(ids([on('long', 180, ['a', 'b']), on('fixed', 10, ['a'])])).toEqual(['long@b', 'fixed@a']);
});

it('moves all cases of a shared act together, only to where each of them can be', () => {
  const together = [on('one', 60, ['a', 'b', 'c'], 'act'), on('two', 60, ['a', 'b'], 'act')];
  expect(ids([...together, on('fixed', 1, ['a']), on('other', 1, ['c'])])).toEqual([
    'one@b',
    'two@b',
    'fixed@a',
    'other@c',
  ]);
});

it('stays with the first place when all are alike, and says nothing of the others afterwards', () => {
  const [one] = spreadOverNodes([on('one', 60, ['a', 'b'])]);
  expect(one).toMatchObject({ id: 'gang_scheduling/one@a', params: { node: 'a' } });
  expect(one).not.toHaveProperty('elsewhere');
});

it('leaves what will not run as it is', () => {
  const omitted = { outcome: 'inconclusive', class: 'not-enabled', code: 'left-out', message: 'x' } as const;
  expect(ids([{ ...on('one', 60, ['a', 'b']), omitted }, on('two', 60, ['a', 'b'])])).toEqual(['one@a', 'two@a']);
});
