import { describe, expect, it } from 'vitest';
import { type Answers, clientLog, type GatewayStory, RESOLVED, verdictOf } from './testing/gateway-story.ts';
import { nothingUnaskedIsServed } from './traffic-cases.ts';

const BEFORE: Record<string, Answers[number]> = {
  stays: ['stays', 20, '200', 'a'],
  leaving: ['leaving', 20, '200', 'a'],
  'unknown-host': ['unknown-host', 20, '404', '-'],
  'unknown-path': ['unknown-path', 20, '404', '-'],
  missing: ['missing', 20, '500', '-'],
  ungranted: ['ungranted', 20, '500', '-'],
};
const HALF: Answers = [
  ['half-missing', 47, '200', 'a'],
  ['half-missing', 53, '500', '-'],
];
const AFTER: Record<string, Answers[number]> = {
  granted: ['granted', 20, '200', 'd'],
  deleted: ['deleted', 20, '404', '-'],
  'still-stays': ['still-stays', 20, '200', 'a'],
};
const UNRESOLVED = (reason: string): NonNullable<GatewayStory['routes']>[string] => [
  ['Accepted', 'True', 'Accepted'],
  ['ResolvedRefs', 'False', reason],
];
const ROUTES = {
  stays: RESOLVED,
  leaving: RESOLVED,
  missing: UNRESOLVED('BackendNotFound'),
  crossing: UNRESOLVED('RefNotPermitted'),
};

function told(other: { answers?: Answers; half?: Answers; routes?: GatewayStory['routes'] } = {}): string {
  const { answers = [], half = HALF, routes = {} } = other;
  const changed = (all: Record<string, Answers[number]>): Answers =>
    Object.values(all).map((one) => answers.find(([name]) => name === one[0]) ?? one);
  return verdictOf(nothingUnaskedIsServed, {
    routes: { ...ROUTES, ...routes },
    clients: [
      { pod: 'client-before', log: clientLog([...changed(BEFORE), ...half]) },
      {
        pod: 'client-after',
        log: clientLog(changed(AFTER)),
        first: (script) =>
          void script
            .answer({ name: 'grant', method: 'POST', status: 201 })
            .answer({ name: 'delete route', method: 'DELETE', status: 200 })
            .mark('granted and deleted'),
      },
    ],
  });
}

describe('nothing unasked is served', () => {
  it('passes when it is refused and said', () => {
    expect(told()).toBe('pass');
  });

  it('passes with another error than 500 for what is not resolved', () => {
    expect(
      told({
        answers: [
          ['missing', 20, '503', '-'],
          ['ungranted', 20, '503', '-'],
        ],
      }),
    ).toBe('pass');
    expect(told({ half: [['half-missing', 100, '500', '-']] })).toBe('pass');
  });

  it.each([
    ['N1 an unknown host is served', { answers: [['unknown-host', 20, '200', 'a']] }, 'N1: a host'],
    ['N1 an unknown path is served', { answers: [['unknown-path', 20, '200', 'a']] }, 'N1: a path'],
    ['M7 no grant is needed', { answers: [['ungranted', 20, '200', 'd']] }, 'N3: nothing reaches another namespace'],
    ['M7 no grant is needed, and the status knows nothing', { routes: { crossing: RESOLVED } }, 'RefNotPermitted'],
    ['N3 a grant changes nothing', { answers: [['granted', 20, '500', '-']] }, 'N3: with a ReferenceGrant'],
    ['M8 a deleted route is served', { answers: [['deleted', 20, '200', 'a']] }, 'N4: a deleted route'],
    ['M11 another backend answers', { answers: [['missing', 20, '200', 'a']] }, 'N2: requests for a backend'],
    ['M11 the lost half goes to the other', { half: [['half-missing', 100, '200', 'a']] }, 'N2: the share'],
    ['M11 the status knows nothing', { routes: { missing: RESOLVED } }, 'BackendNotFound'],
  ] as const)('fails: %s', (_name, other, why) => {
    const said = told(other);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each([
    ['somebody else answers for an unknown host', { answers: [['unknown-host', 20, '200', '?']] }],
    ['nobody answers at all any more', { answers: [['deleted', 20, '-', 'timed out']] }],
    ['the control is silent', { answers: [['stays', 20, '-', 'timed out']] }],
  ] as const)('cannot know: %s', (_name, other) => {
    expect(told(other)).toMatch(/^inconclusive/);
  });
});
