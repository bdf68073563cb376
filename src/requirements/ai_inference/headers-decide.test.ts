import { describe, expect, it } from 'vitest';
import { PROBES } from './parts.ts';
import { clientLog, RESOLVED, verdictOf } from './testing/gateway-story.ts';
import { headersDecide } from './traffic-cases.ts';

/** All probes land where they are meant for, but for those named. */
function told(
  other: Readonly<Record<string, readonly (readonly [count: number, status: string, who: string])[]>> = {},
): string {
  const answers = PROBES.flatMap(({ name, to }) =>
    (other[name] ?? [[20, '200', to] as const]).map(([count, status, who]) => [name, count, status, who] as const),
  );
  const clients = [{ pod: 'client-headers', log: clientLog(answers) }];
  return verdictOf(headersDecide, { routes: { headers: RESOLVED }, clients });
}

const to = (who: string): readonly (readonly [number, string, string])[] => [[20, '200', who]];

describe('headers decide', () => {
  it('passes when all land right', () => {
    expect(told()).toBe('pass');
  });

  it.each([
    ['M4 header matches are ignored', { 'right-value': to('c'), 'lower-name': to('c') }, 'a matching header decides'],
    ['M9 values match in any case', { 'other-case-value': to('a') }, 'a value in another case does not match'],
    ['M9 names match in one case only', { 'lower-name': to('c') }, 'a header name in lower case matches'],
    ['one of two headers is enough', { 'second-of-two': to('b') }, 'alone matches neither'],
    ['the first rule that fits wins', { both: to('a') }, 'before the one that asks for one'],
    ['the path is forgotten', { 'header-alone': to('b') }, 'the header without its path'],
    [
      'one request of twenty goes wrong',
      {
        'no-header': [
          [19, '200', 'c'],
          [1, '200', 'a'],
        ] as const,
      },
      '1 × a',
    ],
    ['no rule is found', { 'no-header': [[20, '404', '-']] as const }, 'status 404'],
  ])('fails: %s', (_name, other, why) => {
    const said = told(other);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it('cannot know when requests are not answered', () => {
    expect(
      told({
        both: [
          [15, '200', 'b'],
          [5, '503', '-'],
        ],
      }),
    ).toMatch(/^inconclusive \(environment\): .*5 × status 503/);
    expect(
      told({
        both: [
          [19, '200', 'b'],
          [1, '200', '?'],
        ],
      }),
    ).toMatch(/^inconclusive \(environment\): .*somebody else/);
  });
});
