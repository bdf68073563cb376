import { describe, expect, it } from 'vitest';
import { judged } from '../../evidence/testing/result-of.ts';
import type { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import {
  type Answers,
  clientLog,
  type GatewayStory,
  gatewayStory,
  RESOLVED,
  verdictOf,
} from './testing/gateway-story.ts';
import { weightsAreFollowed } from './traffic-cases.ts';

type Counts = Readonly<Record<string, number>>;

function answersOf(name: string, counts: Counts): Answers {
  return Object.entries(counts).map(([who, count]) => [name, count, ...statusOf(who)] as const);
}

function statusOf(who: string): [string, string] {
  if (who === 'silence') return ['-', 'timed out'];
  return /^\d+$/.test(who) ? [who, '-'] : ['200', who];
}

function told(first: Counts, swapped?: Counts, more: GatewayStory = {}): string {
  const clients: NonNullable<GatewayStory['clients']>[number][] = [
    { pod: 'client-first', log: clientLog(answersOf('first', first)) },
  ];
  if (swapped !== undefined)
    clients.push({
      pod: 'client-swapped',
      log: clientLog(answersOf('swapped', swapped)),
      first: (script) =>
        void script.answer({ name: 'swap weights', method: 'PATCH', status: 200 }).mark('weights swapped'),
    });
  return verdictOf(weightsAreFollowed, { routes: { split: RESOLVED }, clients, ...more });
}

const RIGHT = { a: 405, b: 95 };
const SWAPPED = { a: 101, b: 399 };

describe('weights are followed', () => {
  it('passes when both measurements fit their weights', () => {
    expect(told(RIGHT, SWAPPED)).toBe('pass');
    expect(told({ a: 360, b: 140 }, { a: 140, b: 360 })).toBe('pass');
  });

  it('passes with a few requests that nobody answered, and counts without them', () => {
    expect(told({ a: 397, b: 99, 503: 2, silence: 2 }, SWAPPED)).toBe('pass');
  });

  it.each([
    ['M2 weights are ignored', { a: 250, b: 250 }, undefined, 'split 80/20/0'],
    ['M2 all to the first', { a: 500 }, undefined, 'split 80/20/0'],
    ['M2 just outside', { a: 359, b: 141 }, undefined, '359 × a'],
    ['M3 weight 0 is served', { a: 400, b: 99, c: 1 }, SWAPPED, 'c got 1 of 500'],
    ['M6 a patch changes nothing', RIGHT, RIGHT, 'changed to 20/80/0, traffic follows'],
  ])('fails: %s', (_name, first, swapped, why) => {
    const said = told(first, swapped);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it('fails when a fifth of the requests is refused at first', () => {
    const again = (name: string): string[] => Array.from({ length: 100 }, (_, n) => `again ${name} ${n * 5} 503 -`);
    const clients = (
      [
        ['first', RIGHT],
        ['swapped', SWAPPED],
      ] as const
    ).map(([name, counts]) => ({
      pod: `client-${name}`,
      log: clientLog(answersOf(name, counts), { lines: again(name) }),
      ...(name === 'swapped'
        ? {
            first: (script: ScriptedTimeline) =>
              void script.answer({ name: 'swap weights', method: 'PATCH', status: 200 }).mark('weights swapped'),
          }
        : {}),
    }));
    const { outcome, because } = judged(weightsAreFollowed, gatewayStory({ routes: { split: RESOLVED }, clients }));
    expect(outcome).toBe('fail');
    expect(because).toContain('100 of 500 were answered 503 at first');
  });

  it('fails for a Gateway that is never programmed (M1, M10)', () => {
    const never: GatewayStory = { asked: false, addresses: [], says: [['Accepted', 'True', 'Accepted']], clients: [] };
    expect(told(RIGHT, undefined, never)).toMatch(/^fail: .*Example never programmed it/);
    expect(told(RIGHT, undefined, { ...never, says: [] })).toMatch(/^fail: .*never programmed it/);
  });

  it('fails when nobody listens at the address of a programmed Gateway (M5)', () => {
    const log = clientLog([], { reach: 'unreachable http://10.0.0.1:80 Connection refused' });
    expect(told({}, undefined, { clients: [{ pod: 'client-first', log }] })).toMatch(/^fail: .*nobody listens there/);
  });

  it('fails when the listener miscounts its routes', () => {
    expect(told(RIGHT, SWAPPED, { counts: 0 })).toMatch(/^fail: .*attachedRoutes/);
  });

  describe('cannot know', () => {
    it.each([
      [
        'the address is silent (a firewall looks the same)',
        { reach: 'unreachable http://10.0.0.1:80 no answer in time' },
      ],
      [
        'the backends cannot be reached past the gateway either',
        { control: 'control a - Connection refused', reach: 'unreachable http://10.0.0.1:80 Connection refused' },
      ],
    ])('when %s', (_name, more) => {
      const clients = [{ pod: 'client-first', log: clientLog([], more) }];
      expect(told({}, undefined, { clients })).toMatch(/^inconclusive/);
    });

    it('when many requests are not answered', () => {
      expect(told({ a: 380, b: 100, silence: 20 }, undefined)).toMatch(
        /^inconclusive \(environment\): .*20 of 500 requests/,
      );
    });

    it('when the client did not come to its end', () => {
      const log = clientLog(answersOf('first', RIGHT)).replace('\nend\n', '\n');
      expect(told({}, undefined, { clients: [{ pod: 'client-first', log }] })).toMatch(
        /^inconclusive \(environment\): .*did not report/,
      );
    });

    it('when the implementation takes no listener at any port that was tried', () => {
      const none: GatewayStory = {
        asked: false,
        says: [['Accepted', 'False', 'ListenersNotValid']],
        port: 'none at 80',
        clients: [],
      };
      expect(told(RIGHT, undefined, none)).toMatch(
        /^inconclusive \(environment\): .*none of the ports that were tried: none at 80/,
      );
    });

    it('when there is no load balancer', () => {
      const none: GatewayStory = {
        asked: false,
        addresses: [],
        says: [
          ['Accepted', 'True', 'Accepted'],
          ['Programmed', 'False', 'AddressNotAssigned'],
        ],
        clients: [],
      };
      expect(told(RIGHT, undefined, none)).toMatch(
        /^inconclusive \(environment\): .*has no address for it: Programmed=False/,
      );
    });
  });

  it('goes on through the Service where only an address is missing', () => {
    const says: GatewayStory['says'] = [
      ['Accepted', 'True', 'Accepted'],
      ['Programmed', 'False', 'AddressNotAssigned'],
    ];
    expect(told(RIGHT, SWAPPED, { says, addresses: [] })).toBe('pass');
  });
});
