import { describe, expect, it } from 'vitest';
import { METRICS } from '../../case-kit/metered-service/metric-names.ts';
import { cases, exactValues, followsTheReplicas, staysFresh, storeAnswers } from './cases.ts';
import { collectedWhenAsked } from './collected-when-asked.ts';
import { everyPodIsThere } from './series.ts';

import { findingsOf, STANDING, type Stored, stored, told } from './testing/metrics-story.ts';

const sound = stored(...STANDING.first);
const change = (edit: (one: Stored) => Stored | undefined, all = sound): Stored[] =>
  all.flatMap((one) => {
    const changed = edit(one);
    return changed === undefined ? [] : [changed];
  });
const without = (label: string): Stored[] =>
  change(([name, labels, value]) => [
    name,
    Object.fromEntries(Object.entries(labels).filter(([key]) => !label.split('|').includes(key))),
    value,
  ]);

it('pass on a platform that works', () => {
  expect(cases.map((one) => told(one))).toEqual(Array(5).fill('pass'));
});

describe('R0: the store answers', () => {
  it('fails: M7 every query is answered with nothing', () => {
    expect(told(storeAnswers, { looks: { answers: [] }, timedOut: 'answers' })).toMatch(
      /^fail: .*vector\(1\) is empty/,
    );
  });
  it('fails: it is not the platform that made it, or it knows what nobody has counted yet', () => {
    expect(told(storeAnswers, { storeLabels: { 'plimsoll.dev/run': 'x' } })).toMatch(/^fail: .*was made by this tool/);
    expect(told(storeAnswers, { looks: { absent: sound } })).toMatch(/^fail: .*the store already had/);
  });
  it('cannot know when it is never reached, or wants a login', () => {
    const never = { status: 503, said: 'no endpoints available' };
    expect(told(storeAnswers, { looks: { answers: never }, timedOut: 'answers' })).toMatch(
      /^inconclusive \(environment\): .*the store was never reached/,
    );
    const login = { status: 403, said: 'sign in' };
    expect(told(storeAnswers, { looks: { answers: login }, timedOut: 'answers' })).toMatch(
      /^inconclusive \(permission\): .*the store wants a login/,
    );
  });
});

describe('R1: collected when asked', () => {
  it('fails: M1, M9 the monitor is accepted and nothing is ever scraped', () => {
    expect(told(collectedWhenAsked, { looks: { collected: [] }, timedOut: 'collected' })).toMatch(
      /^fail: .*it has no target in the namespace.*0 of 2 pods/,
    );
  });
  it('says when pods were found and could not be scraped', () => {
    const targets: Stored[] = [['up', { pod: 'server-a' }, 0]];
    expect(told(collectedWhenAsked, { looks: { collected: [], targets }, timedOut: 'collected' })).toMatch(
      /scraping 1 of 1 fails/,
    );
  });
  it('fails: M3 only the first replica is scraped', () => {
    const first = stored(...STANDING.first.slice(0, 1));
    expect(told(collectedWhenAsked, { looks: { collected: first }, timedOut: 'collected' })).toMatch(
      /^fail: .*1 of 2 pods have series in the store, not server-b/,
    );
  });
  it('fails: which pod a series is of is lost', () => {
    expect(told(collectedWhenAsked, { looks: { collected: without('pod|instance') }, timedOut: 'collected' })).toMatch(
      /^fail: .*names no pod of the service/,
    );
  });
  it('takes any label that names a pod, or its address', () => {
    const renamed = change(([name, { pod = '', ...labels }, value]) => [
      name,
      { ...labels, kubernetes_pod_name: pod },
      value,
    ]);
    expect(told(collectedWhenAsked, { looks: { collected: renamed } })).toBe('pass');
    const pods = [
      { name: 's-a', ips: ['10.0.0.1'] },
      { name: 's-b', ips: ['fd00::2'] },
    ];
    const series = ['10.0.0.1:8080', '[fd00::2]:8080'].map((instance) => ({
      name: METRICS.requests,
      labels: { instance },
      value: 1,
      at: 0,
    }));
    expect(everyPodIsThere(pods)(series)).toBe(true);
    expect(everyPodIsThere([{ name: 's-c', ips: ['10.0.0.11'] }])(series)).toMatch(/0 of 1/);
  });
  it('tells, and does not fail, when pods are collected for which nobody asked', () => {
    const control: Stored[] = [[METRICS.requests, { pod: 'control' }, 1]];
    expect(told(collectedWhenAsked, { looks: { control } })).toBe('pass');
    expect(findingsOf(collectedWhenAsked, { looks: { control } })).toContainEqual(
      expect.objectContaining({
        outcome: 'info',
        message: expect.stringMatching(/^the platform collects pods without being asked/) as string,
      }),
    );
  });
  it('cannot know when the monitor is refused by a policy, and fails when a webhook breaks', () => {
    expect(told(collectedWhenAsked, { askStatus: 500 })).toMatch(/^fail: .*the monitor was refused/);
  });
});

describe('R2: exact values', () => {
  const exact = (looks: readonly Stored[]): string => told(exactValues, { looks: { exact: looks }, timedOut: 'exact' });
  it('fails: M4 the label of the run is lost or renamed', () => {
    expect(exact(without('run'))).toMatch(/^fail: .*has lost its label run/);
  });
  it('fails: M5 buckets are dropped', () => {
    expect(exact(change((one) => (one[0].endsWith('_bucket') ? undefined : one)))).toMatch(
      /^fail: .*_bucket up to 0.05 s of pod server-a is not in the store/,
    );
  });
  it('fails: M8 everything is there twice', () => {
    const twice = [
      ...sound,
      ...change(([name, labels, value]) => [name, { ...labels, prometheus_replica: 'b' }, value]),
    ];
    expect(exact(twice)).toMatch(/^fail: .*is in the store 2 times/);
  });
  it('fails: one request more or less, a bucket off by one, values summed up over pods', () => {
    const off = (what: string): Stored[] =>
      change((one) => (one[0] === what && one[1]['pod'] === 'server-b' ? [one[0], one[1], one[2] + 1] : one));
    expect(exact(off(METRICS.requests))).toMatch(/^fail: .*of pod server-b is 12 in the store, the pod says 11/);
    expect(exact(off(`${METRICS.latency}_bucket`))).toMatch(/^fail: .*_bucket up to 0.05 s of pod server-b/);
    expect(exact([...sound, [METRICS.requests, { run: 'plimsoll-test-1', job: 'sum' }, 48]])).toMatch(
      /^fail: .*names no pod of the service/,
    );
  });
  it('reads a bound however it is written', () => {
    expect(
      exact(change(([name, labels, value]) => [name, labels['le'] === '1' ? { ...labels, le: '1.0' } : labels, value])),
    ).toBe('pass');
  });
  it('cannot know when the pods themselves count other than they answered', () => {
    expect(told(exactValues, { strayed: 1 })).toMatch(
      /^inconclusive \(environment\): .*pod server-a answered 37 requests and counts 38/,
    );
  });
  it('cannot know when the service was never collected', () => {
    expect(told(exactValues, { looks: { collected: [] }, timedOut: 'collected' })).toMatch(
      /^inconclusive \(environment\): .*not decided/,
    );
  });
});

describe('R4: fresh', () => {
  it('fails: M2 the first values stay', () => {
    expect(told(staysFresh, { looks: { fresh: sound }, timedOut: 'fresh' })).toMatch(/^fail: .*is 37, sent were 42/);
  });
  it('fails: counters follow and the gauge does not fall', () => {
    const stuck = change(
      (one) => (one[0] === METRICS.queueDepth ? [one[0], one[1], 5] : one),
      stored(...STANDING.later),
    );
    expect(told(staysFresh, { looks: { fresh: stuck }, timedOut: 'fresh' })).toMatch(
      /^fail: .*gauge of pod server-a is 5, set was 0/,
    );
  });
  it('cannot know when nobody waited for it', () => {
    expect(told(staysFresh, { looks: { fresh: sound } })).toMatch(/^inconclusive \(environment\): .*not decided/);
  });
});

describe('R3: follows the replicas', () => {
  it('fails: M6 a pod that joins is not found', () => {
    expect(told(followsTheReplicas, { looks: { third: stored(...STANDING.later) }, timedOut: 'third' })).toMatch(
      /^fail: .*the pod that joined was not collected: 0 request counters/,
    );
  });
  it('fails: the series of a removed pod stay, or its successor is not found', () => {
    expect(
      told(followsTheReplicas, {
        looks: { gone: stored(...STANDING.third, ...STANDING.last.slice(2)) },
        timedOut: 'gone',
      }),
    ).toMatch(/^fail: .*series of the removed pod server-c are still current/);
    expect(told(followsTheReplicas, { looks: { gone: stored(...STANDING.later) }, timedOut: 'gone' })).toMatch(
      /^fail: .*2 of 3 pods have series/,
    );
  });
  it('does not take the address that a successor was given for the removed pod', () => {
    // Every pod of the story has the same address.
    expect(told(followsTheReplicas)).toBe('pass');
  });
});
