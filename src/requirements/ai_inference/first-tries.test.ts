import { expect, it } from 'vitest';
import { readClient } from './client.ts';
import { firstTries } from './judging.ts';

const SETS = { first: 500, swapped: 500 };
const said = (...lines: string[]) => firstTries(readClient(`${lines.join('\n')}\nend\n`), SETS, 'Example', 7);
const again = (count: number, status: string, set = 'first'): string[] =>
  Array.from({ length: count }, (_, n) => `again ${set} ${n} ${status}`);

it('says nothing where every request was answered at once', () => {
  expect(said('answer first 1 200 a')).toEqual([]);
});

it('fails where a gateway turns requests away at first', () => {
  expect(said(...again(100, '503 -'))).toMatchObject([
    { outcome: 'fail', message: '100 of 1000 were answered 503 at first, 0 not at all' },
  ]);
});

it('counts a request once, however often it was sent again, and no other sets of requests', () => {
  const twice = [...again(8, '503 -'), ...again(8, '502 -')];
  expect(said(...twice, ...again(90, '503 -', 'refused'))).toMatchObject([{ outcome: 'info' }]);
});

it('cannot tell an overloaded cluster from a gateway that is silent', () => {
  expect(said(...again(60, '- no answer in time (exit code 143)'))).toMatchObject([
    { outcome: 'inconclusive', class: 'environment' },
  ]);
});
