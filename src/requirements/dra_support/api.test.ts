import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { apiIsServed } from './api-is-served.ts';
import { apiOf, KINDS, versionsThatCount } from './dra-api.ts';
import { invalidObjects } from './invalid-objects.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const whole = [
  ...KINDS.map((kind) => ({ name: `${kind.toLowerCase()}s`, kind, verbs: VERBS })),
  { name: 'resourceclaims/status', kind: 'ResourceClaim', verbs: ['get', 'patch', 'update'] },
];

function served(...answers: { version: string; status?: number; resources?: unknown[] }[]): string {
  const params = { versions: answers.map(({ version }) => version) };
  const script = new ScriptedTimeline({ params });
  for (const { version, status = 200, resources = whole } of answers)
    script.answer({ name: `discovery of ${version}`, method: 'GET', status, body: { resources } });
  return resultOf(apiIsServed, script.completed());
}

describe('the API', () => {
  it('passes when one version that counts is whole', () => {
    expect(served({ version: 'v1' })).toBe('pass');
    expect(served({ version: 'v1', status: 404 }, { version: 'v1beta1' })).toBe('pass');
  });

  it.each([
    ['M2 a kind is missing', { resources: whole.filter((one) => one.kind !== 'ResourceSlice') }, 'no ResourceSlice'],
    ['M3 v1 is not served', { status: 404 }, 'status 404'],
    ['the status of claims is missing', { resources: whole.slice(0, 4) }, 'no resourceclaims/status'],
    [
      'a verb is missing',
      { resources: whole.map((one) => ({ ...one, verbs: one.verbs.filter((verb) => verb !== 'watch') })) },
      'DeviceClass without watch',
    ],
  ])('fails: %s', (_name, answer, why) => {
    const said = served({ version: 'v1', ...answer });
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each([503, 403])('cannot know from a %i', (status) => {
    expect(served({ version: 'v1', status })).toMatch(/^inconclusive/);
  });

  it.each([
    [33, ['v1beta1'], 'resource.k8s.io/v1beta1'],
    [33, ['v1beta1', 'v1beta2'], 'resource.k8s.io/v1beta2'],
    [34, ['v1', 'v1beta1'], 'resource.k8s.io/v1'],
    [34, ['v1beta1'], undefined],
  ])('of Kubernetes 1.%i that serves %j is %s', (minor, versions, api) => {
    const kubernetes = { minor, gitVersion: `v1.${minor}.0` };
    const find = (kind: unknown) => (versions.some((one) => String(kind).includes(`/${one}/`)) ? {} : undefined);
    expect(apiOf({ kubernetes, resources: { find } as never })).toBe(api);
    expect(versionsThatCount({ kubernetes })[0]).toBe('v1');
  });
});

function refused(statuses: Readonly<Record<string, number>>): string {
  const right = { 'valid class': 201, 'class with wrong CEL': 422, 'valid claim': 201, 'claim of -1 devices': 422 };
  const params = { api: 'resource.k8s.io/v1' };
  const script = new ScriptedTimeline({ params });
  for (const [name, status] of Object.entries({ ...right, 'changed claim': 422, ...statuses }))
    script.answer({ name, method: name === 'changed claim' ? 'PATCH' : 'POST', status });
  return resultOf(invalidObjects, script.completed());
}

describe('invalid objects', () => {
  it('passes when they are refused and valid ones are not', () => {
    expect(refused({})).toBe('pass');
  });

  it.each([
    ['class with wrong CEL', 201],
    ['claim of -1 devices', 201],
    ['changed claim', 200],
    ['valid claim', 422],
    ['valid class', 422],
  ])('fails: %s answered %i', (name, status) => {
    expect(refused({ [name]: status })).toMatch(/^fail/);
  });

  it('cannot know from an API server that is too busy', () => {
    expect(refused({ 'changed claim': 429 })).toMatch(/^inconclusive/);
  });
});
