import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { loadShowsOnItsDevice } from './load-shows-on-its-device.ts';
import type { LoadTarget } from './load-target.ts';
import {
  answered,
  atRest,
  BUSY,
  endpoint,
  IDLE,
  type LoadStory,
  MEMORY,
  node,
  type Told,
  target,
  underLoad,
} from './testing/metrics-story.ts';

const verdict = (story: LoadStory = {}, params: LoadTarget = target()): string =>
  resultOf(loadShowsOnItsDevice, underLoad(story).completed(), params);
const swapped: readonly Told[] = [
  { id: 'ACC-1', busy: 0, used: 0 },
  { id: 'ACC-2', busy: 0.9, used: MEMORY },
];
const both: readonly Told[] = BUSY.map((one) => ({ ...one, busy: 0.9 }));
const still = Array.from({ length: 36 }, () => IDLE);

describe('a load shows on its device', () => {
  it('passes, whether somebody tells which device it was or one alone shows it', () => {
    expect(verdict()).toBe('pass');
    expect(verdict({ prints: '' })).toBe('pass');
    // One answer alone may catch somebody's look at another device.
    const blip = BUSY.map((one) => (one.id === 'ACC-2' ? { ...one, busy: 0.3 } : one));
    expect(verdict({ during: [BUSY, blip, BUSY, BUSY] })).toBe('pass');
  });

  it('passes without memory where the load says nothing of it', () => {
    const silent = target({ load: { vendor: 'acme', script: 'burn' } });
    const during = Array.from({ length: 3 }, () => BUSY.map((one) => ({ ...one, used: 0 })));
    expect(verdict({ during }, silent)).toBe('pass');
    expect(verdict({ during })).toMatch(/^fail: .*memory .*ACC-1 uses 0 bytes more at most; the load takes 268435456/);
  });

  it.each([
    ['M2, M5 the values stand still', { during: still, shown: 'timed-out' }, /no device shows it: ACC-1 1.* to 1/],
    [
      'M6 it shows on another device',
      { during: [swapped, swapped, swapped] },
      /its container was told ACC-1, and it shows on ACC-2/,
    ],
    [
      'M8 it shows on all',
      { during: [both, both, both] },
      /show nothing of it: ACC-2 went from 0 to 90 % while ACC-1 worked/,
    ],
    [
      'M8 it shows on all and nobody tells the device',
      { during: [both, both, both], prints: '' },
      /several devices show it/,
    ],
    [
      'it does not end',
      { after: Array.from({ length: 36 }, () => BUSY), gone: 'timed-out' },
      /ACC-1 is at 90 %.*90 s after it/,
    ],
    [
      'M9 more used than there is',
      { during: Array.from({ length: 3 }, () => BUSY.map((one) => ({ ...one, used: 5e9 }))) },
      /bytes used of 1073741824/,
    ],
    [
      'it shows in too few answers',
      { during: [BUSY, IDLE, BUSY, IDLE, BUSY, ...still], shown: 'timed-out' },
      /no device shows it/,
    ],
  ] as const)('fails: %s', (_name, story, wanted) => {
    const said = verdict(story);
    expect(said).toMatch(/^fail: .*/);
    expect(said).toMatch(wanted);
  });

  it('cannot know where others hold devices of the node', () => {
    const shared = target({ node: node('n1', { free: 1 }) });
    expect(verdict({ during: [both, both, both] }, shared)).toMatch(
      /^inconclusive \(environment\): .*1 of 2 are held by others/,
    );
    const busy = [{ id: 'ACC-1', busy: 0.8, used: 0 }, IDLE[1] as Told];
    expect(verdict({ before: busy, during: [busy, busy, busy], shown: 'timed-out' }, shared)).toMatch(
      /^inconclusive \(environment\): .*ACC-1 was at 80 % already/,
    );
  });

  it('cannot know where the load broke, or where no endpoint was found', () => {
    const broken = verdict({ during: [IDLE], phase: 'Failed', shown: 'timed-out', prints: 'sh: burn: not found\n' });
    expect(broken).toMatch(/^inconclusive \(environment\): .*the load ended by itself: sh: burn: not found/);
    expect(resultOf(loadShowsOnItsDevice, atRest([]).completed(), target())).toMatch(/^inconclusive \(not-found\)/);
    const html = atRest([[endpoint('n1'), '<html>', { type: 'text/html' }]]);
    expect(resultOf(loadShowsOnItsDevice, html.completed(), target())).toMatch(/^fail: .*is refused/);
  });

  it('knows the device by its claim', () => {
    const dra = target({
      ask: { mode: 'dra', name: 'acme', deviceClass: 'acme', apiVersion: 'resource.k8s.io/v1' },
      node: node('n1', { devices: [{ name: 'gpu-7', pool: 'n1', names: ['gpu-7', 'ACC-1'] }] }),
    });
    const claim = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'load', namespace: 'plimsoll-test-1', uid: 'uid-claim' },
      status: { allocation: { devices: { results: [{ driver: 'acme', pool: 'n1', device: 'gpu-7' }] } } },
    };
    const script = underLoad({ during: [swapped, swapped, swapped], prints: '' });
    script.watch('resource.k8s.io/v1/ResourceClaim').add(claim);
    expect(resultOf(loadShowsOnItsDevice, script.completed(), dra)).toMatch(
      /^fail: .*the claim was allocated gpu-7, and it shows on ACC-2/,
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
