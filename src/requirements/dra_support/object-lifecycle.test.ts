import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../case-kit/index.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { objectLifecycle } from './object-lifecycle.ts';
import { syntheticObject } from './synthetic-objects.ts';

const API = 'resource.k8s.io/v1';
const params = { api: API, kind: 'ResourceClaim' } as const;
const sent = syntheticObject(API, 'ResourceClaim', 'one', 'class');

function object(name: string, more: object = {}): RecordedObject {
  const metadata = { name, namespace: 'plimsoll-test-1', uid: `uid-${name}`, labels: { 'plimsoll.dev/group': name } };
  return { ...sent, metadata: { ...metadata, ...more } };
}

interface Story {
  /** Statuses that differ from the right ones, by step. */
  readonly answers?: Readonly<Record<string, number>>;
  readonly stored?: Record<string, unknown>;
  readonly updateStored?: boolean;
  readonly watchModified?: boolean;
  readonly watchDeleted?: boolean;
  readonly swept?: boolean;
  readonly seenOther?: boolean;
  readonly gap?: boolean;
}

function told(story: Story = {}): string {
  const { answers = {}, stored = sent, updateStored = true, watchModified = true, watchDeleted = true } = story;
  const { swept = true, seenOther = true, gap = false } = story;
  const script = new ScriptedTimeline({ params }).watch(`${API}/ResourceClaim`);
  const step = (name: string, method: string, status: number, more: object = {}): void => {
    script.answer({ name, method, status: answers[name] ?? status, ...more });
  };
  step('create', 'POST', 201, { sent });
  script.add(object('one'));
  step('get', 'GET', 200, { body: stored });
  step('list', 'GET', 200);
  step('patch', 'PATCH', 200);
  const annotations = { 'plimsoll.dev/patched': 'yes' };
  if (watchModified) script.modify(object('one', { annotations }));
  step('update', 'PUT', 200);
  const labels = { 'plimsoll.dev/group': 'one', 'plimsoll.dev/updated': 'yes' };
  if (watchModified && updateStored) script.modify(object('one', { annotations, labels }));
  step('stale update', 'PUT', 409);
  script.wait(30_000).confirm().mark('changed');
  step('delete', 'DELETE', 200);
  if (watchDeleted) script.remove(object('one', { annotations, labels }));
  if (gap) script.gap(`${API}/ResourceClaim`, 20_000);
  script.wait(30_000).confirm().mark('deleted');
  if (seenOther) script.add(object('two'));
  script.mark('another created');
  step('deletecollection', 'DELETE', 200);
  if (swept && seenOther) script.remove(object('two'));
  script.wait(30_000).confirm().mark('collection deleted');
  return resultOf(objectLifecycle, script.completed());
}

describe('object lifecycle', () => {
  it('passes when everything is kept, told and deleted', () => {
    expect(told()).toBe('pass');
  });

  it('passes with defaults that the API server adds', () => {
    const request = { name: 'r', exactly: { ...exactlyOf(sent), adminAccess: false } };
    expect(told({ stored: { ...sent, spec: { devices: { requests: [request] } } } })).toBe('pass');
  });

  it.each([
    ['M1 creating is refused', { answers: { create: 405 } }, 'create does not work'],
    ['M4 a field is dropped', { stored: { ...sent, spec: { devices: {} } } }, 'spec.devices.requests is not stored'],
    ['M4 a field is changed', { stored: withCount(2) }, 'count is 2 instead of 1'],
    ['M4 an update is accepted and not stored', { updateStored: false }, 'was not stored'],
    ['a stale update is taken', { answers: { 'stale update': 200 } }, 'stale update does not work'],
    ['M5 no MODIFIED', { watchModified: false }, 'never delivered MODIFIED'],
    ['M5 no DELETED', { watchDeleted: false }, 'never delivered DELETED'],
    ['M11 deletecollection is refused', { answers: { deletecollection: 405 } }, 'deletecollection does not work'],
    ['M11 deletecollection deletes nothing', { swept: false }, 'left the object behind'],
  ])('fails: %s', (_name, story, why) => {
    const said = told(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each([
    ['may not create', { answers: { create: 401 } }],
    ['the watch had a gap', { watchDeleted: false, gap: true }],
    ['what was to be swept was never seen', { seenOther: false }],
  ])('cannot know when %s', (_name, story) => {
    expect(told(story)).toMatch(/^inconclusive/);
  });
});

describe('a policy of the organisation that refuses the claim', () => {
  it('says nothing about the API', () => {
    const said = `resourceclaims.resource.k8s.io "one" is forbidden: ValidatingAdmissionPolicy 'labels' with binding 'labels' denied request: a team is wanted`;
    const script = new ScriptedTimeline({ params }).watch(`${API}/ResourceClaim`);
    script.answer({ name: 'create', method: 'POST', status: 422, sent, said });
    expect(resultOf(objectLifecycle, script.completed())).toMatch(/^inconclusive \(environment\): .*labels/);
  });
});

function exactlyOf(object: object): object {
  type Claim = { spec: { devices: { requests: { exactly: object }[] } } };
  return (object as Claim).spec.devices.requests[0]?.exactly ?? {};
}

function withCount(count: number): Record<string, unknown> {
  return { ...sent, spec: { devices: { requests: [{ name: 'r', exactly: { ...exactlyOf(sent), count } }] } } };
}
