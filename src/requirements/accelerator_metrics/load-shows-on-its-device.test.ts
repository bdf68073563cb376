import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { holdersOf, phasesFor } from './load-findings.ts';
import { loadShowsOnItsDevice } from './load-shows-on-its-device.ts';
import type { LoadTarget } from './load-target.ts';

import {
  answered,
  atRest,
  BUSY,
  BUSY_2,
  endpoint,
  IDLE,
  type LoadStory,
  lasting,
  node,
  type Told,
  target,
  underLoad,
} from './testing/metrics-story.ts';

const verdict = (story: LoadStory = {}, params: LoadTarget = target()): string =>
  resultOf(loadShowsOnItsDevice, underLoad(story).completed(), params);
const both: readonly Told[] = BUSY.map((one) => ({ ...one, busy: 0.9 }));
/** 90 seconds of the same. */
const long = (told: readonly Told[]) => ({ told: lasting(told, 36), ended: 'timed-out' }) as const;
const first = { works: { told: lasting(BUSY) } };
const second = { works: { told: lasting(BUSY_2) } };

describe('patterns', () => {
  it('tell devices apart in few phases, and none is always off', () => {
    expect([1, 2, 3, 4, 7, 8, 16].map(phasesFor)).toEqual([1, 2, 2, 3, 3, 4, 5]);
    for (const count of [1, 2, 7, 8, 56]) {
      const patterns = holdersOf(count).map(({ works }) => works.join());
      expect(new Set(patterns).size).toBe(count);
      expect(holdersOf(count).every(({ works }) => works.includes(true))).toBe(true);
    }
  });
});

describe('a load shows on its device', () => {
  it('passes where each device shows the pattern of its holder, whether somebody tells which it was or not', () => {
    expect(verdict()).toBe('pass');
    expect(verdict({ prints: [] })).toBe('pass');
    // Before it shows, anything may be told.
    const slow = { works: { told: [...lasting(IDLE, 5), ...lasting(BUSY)] } };
    expect(verdict({ phases: [slow, second] })).toBe('pass');
  });

  it('passes without memory where the load says nothing of it', () => {
    const silent = target({ load: { vendor: 'acme', script: 'burn' } });
    const without = (told: readonly Told[]) => ({ works: { told: lasting(told.map((one) => ({ ...one, used: 0 }))) } });
    const phases = [without(BUSY), without(BUSY_2)];
    expect(verdict({ phases }, silent)).toBe('pass');
    expect(verdict({ phases })).toMatch(/^fail: .*memory .*ACC-1 uses 0 bytes more.*the load takes 268435456/);
  });

  it.each([
    [
      'M2, M5 the values stand still',
      { phases: [{ works: long(IDLE) }] },
      /load-1 worked on .*it shows on no device; .*told: ACC-1 off; ACC-2 off/,
    ],
    [
      'all values of the second device are 0',
      { phases: [first, { works: long(IDLE) }] },
      /load-2 worked off, on .*it shows on no device; told: ACC-1 on, off; ACC-2 off, off/,
    ],
    [
      'the second device is a copy of the first',
      { phases: [{ works: { told: lasting(both) } }, { works: long(IDLE) }] },
      /told: ACC-1 on, off; ACC-2 on, off/,
    ],
    [
      'M6 each shows on the other',
      { phases: [{ works: { told: lasting(BUSY_2) } }, { works: { told: lasting(BUSY) } }] },
      /load-1 worked on, off \(its container was told ACC-1\), and it shows on ACC-2/,
    ],
    [
      'M8 it shows on all',
      { phases: [{ works: { told: lasting(both) } }, { works: { told: lasting(both) } }] },
      /told: ACC-1 on, on; ACC-2 on, on/,
    ],
    [
      'utilisation says who holds a device',
      { asleep: long(both), phases: [] },
      /whose holders rest are told as idle: ACC-1 is at 90 % \(before 1 %\).*held by pods that sleep, 90 s later/,
    ],
    [
      'it does not end',
      { phases: [{ ...first, rests: long(BUSY) }] },
      /values of its device .*are as before: ACC-1 is at 90 %.*after phase 1, 90 s later/,
    ],
    [
      'memory is not given back',
      { phases: [{ ...first, rests: long(IDLE.map((one) => ({ ...one, used: 2 ** 28 }))) }] },
      /ACC-1 is at 1 % with 268435456 bytes more, ACC-2 is at 0 % with 268435456 bytes more after phase 1/,
    ],
    [
      'M9 more used than there is',
      { phases: [{ works: { told: lasting(BUSY.map((one) => ({ ...one, used: 5e9 }))) } }, second] },
      /bytes used of 1073741824/,
    ],
    [
      'it shows in too few answers',
      { phases: [{ works: { told: [BUSY, IDLE, BUSY, IDLE, BUSY, IDLE], ended: 'timed-out' } }] },
      /it shows on no device/,
    ],
    [
      'the second device is not told of',
      {
        before: IDLE.slice(0, 1),
        phases: [{ works: { told: lasting(BUSY.slice(0, 1)) } }, { works: long(IDLE.slice(0, 1)) }],
      },
      /load-2 worked off, on .*it shows on no device/,
    ],
  ] as const)('fails: %s', (_name, story, wanted) => {
    const said = verdict(story);
    expect(said).toMatch(/^fail: .*/);
    expect(said).toMatch(wanted);
  });

  it('cannot know where others hold devices of the node', () => {
    const shared = target({ node: node('n1', { free: 1 }), holders: 1 });
    const one = { holders: 1, phases: [first] };
    expect(verdict(one, shared)).toMatch(/^inconclusive \(capacity\): .*1 of 2 were held by others/);
    expect(verdict({ ...one, phases: [{ works: { told: lasting(both) } }] }, shared)).toMatch(
      /^inconclusive .*\(environment\).*1 of 2 are held by others/,
    );
    const busy = [{ id: 'ACC-1', busy: 0.8, used: 0 }, IDLE[1] as Told];
    expect(verdict({ ...one, before: busy, phases: [{ works: long(busy) }] }, shared)).toMatch(
      /ACC-1 was at 80 % already/,
    );
  });

  it('cannot know where the load broke, was broken off, or where no endpoint was found', () => {
    const broken = verdict({
      phases: [{ works: long(IDLE) }],
      podPhase: 'Failed',
      prints: ['sh: burn: not found\nthe load ended by itself\n'],
    });
    expect(broken).toMatch(/^inconclusive \(environment\): .*the load of load-1 ended by itself: sh: burn: not found/);
    const off = { works: { told: [IDLE], ended: null }, rests: { told: [], ended: null } };
    expect(verdict({ phases: [off] })).toMatch(/^inconclusive .*\(interrupted\)/);
    expect(verdict({ phases: [] })).toMatch(/^inconclusive .*\(interrupted\)/);
    expect(resultOf(loadShowsOnItsDevice, atRest([]).completed(), target())).toMatch(/^inconclusive \(not-found\)/);
    const html = atRest([[endpoint('n1'), '<html>', { type: 'text/html' }]]);
    expect(resultOf(loadShowsOnItsDevice, html.completed(), target())).toMatch(/^fail: .*is refused/);
  });

  it('knows devices by the claims of their holders, and shares by the device that they are of', () => {
    const dra = target({
      ask: { mode: 'dra', name: 'acme', deviceClass: 'acme', apiVersion: 'resource.k8s.io/v1' },
      node: node('n1', {
        devices: [
          { name: 'gpu-7', pool: 'n1', names: ['gpu-7', 'ACC-1'] },
          { name: 'gpu-8', pool: 'n1', names: ['gpu-8', 'ACC-2'] },
        ],
      }),
    });
    const claim = (at: number, device: string) => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: `claim-${at}`, namespace: 'plimsoll-test-1', uid: `uid-claim-${at}` },
      status: { allocation: { devices: { results: [{ driver: 'acme', pool: 'n1', device }] } } },
    });
    const status = [1, 2].map((at) => ({ resourceClaimStatuses: [{ name: 'a', resourceClaimName: `claim-${at}` }] }));
    const told = (one: string, other: string): string => {
      const script = underLoad({ prints: [], status });
      script.watch('resource.k8s.io/v1/ResourceClaim').add(claim(1, one)).add(claim(2, other));
      return resultOf(loadShowsOnItsDevice, script.completed(), dra);
    };
    expect(told('gpu-7', 'gpu-8')).toBe('pass');
    expect(told('gpu-8', 'gpu-7')).toMatch(
      /^fail: .*load-1 worked on, off \(its claim was allocated gpu-8\), and it shows on ACC-1/,
    );
    // Two shares of one device, and one of the other: it works when any of them does.
    const given = (id: string) => ({
      containerStatuses: [{ allocatedResourcesStatus: [{ name: 'x', resources: [{ resourceID: id }] }] }],
    });
    const shares = ['ACC-1::0', 'ACC-2::0', 'ACC-1::1'].map(given);
    const story = {
      holders: 3,
      prints: [],
      status: shares,
      phases: [first, { works: { told: lasting(both.map((one) => ({ ...one, used: 2 ** 28 }))) } }],
    };
    const shared = target({ holders: 3, shared: true });
    expect(verdict(story, shared)).toBe('pass');
    expect(verdict({ ...story, status: [] }, shared)).toMatch(
      /^inconclusive .*\(environment\).*nobody tells of which device each share is/,
    );
  });

  it('tells which series of unknown names behave as those of an accelerator, and never passes by them', () => {
    const foreign = (busy: number, mem: number, pod: string): string =>
      [
        `acme_usage{card="0",pod="${pod}"} ${busy}`,
        'acme_usage{card="1",pod=""} 0',
        `acme_mem{card="0",pod="${pod}"} ${mem}`,
        'acme_mem{card="1",pod=""} 5',
        '',
      ].join('\n');
    const from = endpoint('n1', { exporter: false });
    const script = atRest([[from, foreign(2, 5, '')]]).mark('candidate chosen', from);
    answered(script, from, foreign(2, 5, '')).mark('load runs');
    for (let answer = 0; answer < 3; answer += 1) answered(script.wait(2_500), from, foreign(97, 261, 'load'));
    expect(resultOf(loadShowsOnItsDevice, script.mark('load ends').completed(), target())).toMatch(
      /^inconclusive \(unknown-accelerator\): .*acme_usage\{card="0"\} went from 2 to 97 and behaves as utilisation; acme_mem\{card="0"\} went from 5 to 261 and behaves as used memory$/,
    );
  });
});
