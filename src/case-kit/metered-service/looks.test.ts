import { describe, expect, it } from 'vitest';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { expectLook, looksOf } from './looks.ts';
import { readVector } from './series.ts';

const part = { namespace: 'm', service: 's', port: 'web', scheme: 'http', path: '' } as const;
const vector = (...values: readonly string[]): string =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: values.map((value) => ({ metric: { __name__: 'x', pod: 'a' }, value: [1, value] })),
    },
  });
const answer = (body: string, status = 200) => ({ name: 'look', via: 'proxy', method: 'GET', status, body }) as const;
const expectation = { claim: 'c', otherwise: 'it is not', poll: 'p' };
const ranOut = { target: { of: 'poll', name: 'p' }, condition: 'p', how: 'timed-out', within: 5000 } as const;

describe('a vector', () => {
  it('is read with names, labels and values of every kind', () => {
    expect(readVector(200, vector('1.5', '+Inf', '-Inf', 'NaN'))).toEqual(
      [1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value) => ({
        name: 'x',
        labels: { pod: 'a' },
        value,
        at: 1,
      })),
    );
  });

  it.each([
    [503, 'no endpoints', /answered 503: no endpoints/],
    [200, '<html>', /not JSON: <html>/],
    [200, '{"status":"error","error":"x"}', /no vector/],
    [200, '{"status":"success","data":{"resultType":"matrix","result":[]}}', /no vector/],
  ])('is not taken from %i %s', (status, body, why) => {
    expect(readVector(status, body)).toMatch(why);
  });
});

describe('looks', () => {
  it('put the parts of a store together, each look with an answer of every part', () => {
    const timeline = new ScriptedTimeline();
    for (const body of [vector('1'), vector('2'), vector('3'), 'broken', vector('4'), vector('5')])
      timeline.answer(answer(body));
    const looks = looksOf(timeline.timeline(), 'look', { parts: [part, part] });
    expect(looks.map(({ series }) => (typeof series === 'string' ? series : series.map(({ value }) => value)))).toEqual(
      [[1, 2], 'its answer is not JSON: broken', [4, 5]],
    );
  });

  it('fail only when the act really waited, and never for a store that was not reached', () => {
    const judged = (script: ScriptedTimeline): string => {
      const timeline = script.completed().timeline();
      const { outcome, message } = expectLook(
        timeline,
        looksOf(timeline, 'look', { parts: [part] }),
        ([one]) => one?.value === 2 || `it is ${one?.value}`,
        expectation,
      );
      return `${outcome}: ${message}`;
    };
    expect(
      judged(
        new ScriptedTimeline()
          .answer(answer(vector('1')))
          .wait(2000)
          .answer(answer(vector('2'))),
      ),
    ).toBe('pass: seen at look 2, 2.0 s after the first one');
    expect(judged(new ScriptedTimeline().answer(answer(vector('1'))).waited(ranOut))).toBe(
      'fail: it is not: it is 1 (after 5 s)',
    );
    expect(judged(new ScriptedTimeline().answer(answer(vector('1'))))).toBe('inconclusive: not decided: it is 1');
    expect(judged(new ScriptedTimeline().answer(answer('down', 503)).waited(ranOut))).toMatch(
      /^inconclusive: the store was never reached/,
    );
    expect(judged(new ScriptedTimeline().answer(answer('down', 401)).waited(ranOut))).toMatch(
      /^inconclusive: the store wants a login/,
    );
  });
});
