import { describe, expect, it } from 'vitest';
import type { Case } from '../../case-kit/define-case.ts';
import type { Facts } from '../../case-kit/facts.ts';
import type { KindLike } from '../../kube/object.ts';
import { kindName } from '../../kube/object.ts';
import type { Resource, Resources } from '../../kube/resources.ts';
import { testCase } from '../testing/test-cases.ts';
import { imagesOf } from './images-of.ts';
import { makePlan } from './make-plan.ts';
import { showRule } from './missing-permissions.ts';
import { leastWait } from './planned.ts';
import { clusterRole, merged, rulesOf } from './rules-of.ts';

// What `plan` is given is not looked at by these cases.
const facts = {} as Facts;
const KINDS: Record<string, string> = { 'v1/Pod': 'pods', 'v1/ConfigMap': 'configmaps', 'batch/v1/Job': 'jobs' };
const resources = {
  find: (kind: KindLike) => {
    const plural = KINDS[kindName(kind)];
    return plural === undefined ? undefined : ({ plural } as Resource);
  },
} as Resources;

describe('a plan', () => {
  const instances = (plan: Case['plan']) => makePlan([testCase('x', { plan })], facts);

  it('has one instance, or one for each variant', () => {
    const [alone] = instances(() => [{ params: 1, needs: {} }]);
    expect(alone).toMatchObject({ id: 'gang_scheduling/x', params: 1 });
    const notRun = { outcome: 'not-applicable', message: 'no quota' } as const;
    expect(
      instances(() => [
        { variant: 'kueue', alternative: 'kueue', params: 1, needs: {} },
        { variant: 'native', alternative: 'native', notRun },
      ]),
    ).toMatchObject([
      { id: 'gang_scheduling/x@kueue', alternative: 'kueue' },
      {
        id: 'gang_scheduling/x@native',
        alternative: 'native',
        omitted: { outcome: 'not-applicable', message: 'no quota' },
      },
    ]);
  });

  it.each([
    ['throws', () => JSON.parse('{') as []],
    ['is empty', () => []],
    [
      'has a variant twice',
      () => [
        { variant: 'a', params: 1, needs: {} },
        { variant: 'a', params: 2, needs: {} },
      ],
    ],
  ])('that %s is an error of ours', (_name, plan) => {
    expect(instances(plan)).toMatchObject([
      { id: 'gang_scheduling/x', omitted: { outcome: 'inconclusive', class: 'ours' } },
    ]);
  });

  it('keeps what was left out in sight, so that the requirement cannot pass', () => {
    const plan = makePlan([testCase('a', {}), testCase('b', {})], facts, new Set(['gang_scheduling/a']));
    expect(plan.map((one) => one.omitted)).toMatchObject([
      undefined,
      { outcome: 'inconclusive', class: 'not-enabled' },
    ]);
  });

  it('knows the images and the waits', () => {
    const waits = [
      { why: 'a', least: 60_000 },
      { why: 'b', least: 1000 },
    ];
    const [one] = instances(() => [{ params: 1, needs: { images: ['other', 'probe'], waits } }]);
    expect(one && [imagesOf([one], 'probe'), leastWait(one)]).toEqual([['probe', 'other'], 61_000]);
    const left = instances(() => ({ outcome: 'not-applicable', message: 'x' }));
    expect(imagesOf(left, 'probe')).toEqual([]);
  });
});

describe('rules', () => {
  it('come from what a case creates, reads, changes and sweeps', () => {
    const needs = {
      creates: ['v1/ConfigMap', 'example.com/v1/Unserved'],
      reads: ['v1/Pod'],
      changes: ['v1/ConfigMap'],
      sweeps: ['batch/v1/Job'],
      rules: [
        { apiGroups: [''], resources: ['services/proxy'], resourceNames: ['a'], verbs: ['get'] },
        { nonResourceURLs: ['/metrics'], verbs: ['get'] },
      ],
    } as const;
    expect(rulesOf(needs, resources).map(showRule)).toEqual([
      'get on /metrics',
      'create, delete, get, list, patch, update, watch on configmaps',
      'get, list, watch on pods',
      'get on services/proxy "a"',
      'deletecollection on jobs.batch',
    ]);
  });

  it('of one group and the same verbs share a line of the role', () => {
    const role = clusterRole('plimsoll', [
      { group: 'apps', resource: 'deployments', verbs: ['list'] },
      { group: 'apps', resource: 'statefulsets', verbs: ['list'] },
      { group: 'apps', resource: 'deployments', verbs: ['get'] },
      { group: '', resource: '', url: '/metrics', verbs: ['get'] },
    ]);
    expect(role).toMatchObject({
      kind: 'ClusterRole',
      rules: [
        { nonResourceURLs: ['/metrics'], verbs: ['get'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
        { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['list'] },
      ],
    });
  });

  it('are the same whatever their order', () => {
    const rules = [
      { group: 'b', resource: 'y', verbs: ['get', 'create'] },
      { group: 'a', resource: 'x', verbs: ['list'] },
    ];
    expect(merged(rules)).toEqual(merged(rules.toReversed()));
  });
});
