import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../case-kit/index.ts';
import { pod, unschedulableStatus } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { deviceByAttribute } from './device-by-attribute.ts';
import { selectorOf } from './device-targets.ts';
import { schedulerHonoursClaims } from './scheduler-honours-claims.ts';

const api = 'resource.k8s.io/v1';
const place = { node: 'n1', tolerations: [] };
const NOT_FOUND = 'cannot allocate all claims';

function claim(
  group: string,
  status: object = {},
  annotations = { 'resource.kubernetes.io/pod-claim-name': 'device' },
) {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: group, uid: `uid-${group}`, controller: true }];
  const labels = { 'plimsoll.dev/group': group };
  const metadata = { name: `${group}-x`, namespace: 'plimsoll-test-1', uid: `uid-of-${group}`, labels };
  const made: RecordedObject = { apiVersion: api, kind: 'ResourceClaim', metadata, status };
  return { ...made, metadata: { ...metadata, annotations, ownerReferences } };
}

interface Honours {
  keeps?: boolean;
  generated?: boolean;
  named?: boolean;
  bound?: boolean;
  claimGoes?: boolean;
  control?: boolean;
  gap?: boolean;
}

function honours(story: Honours = {}): string {
  const { keeps = true, generated = true, named = true, bound = false, claimGoes = true, control = true, gap } = story;
  const params = { api, place };
  const script = new ScriptedTimeline({ params }).watch('v1/Pod').watch(`${api}/ResourceClaim`);
  script
    .add(pod('plain', { group: 'plain' }))
    .mark('plain created')
    .wait(100);
  if (control) script.modify(pod('plain', { group: 'plain', node: 'n1' }));
  const status = {
    ...unschedulableStatus(NOT_FOUND),
    ...(named ? { resourceClaimStatuses: [{ name: 'device', resourceClaimName: 'claiming-x' }] } : {}),
  };
  const made = pod('claiming', { group: 'claiming', ...(bound ? { node: 'n1' } : { status }) });
  const containers = [{ name: 'hold', resources: { claims: [{ name: 'device' }] } }];
  const spec = { ...(made['spec'] as object), ...(keeps ? { resourceClaims: [{ name: 'device' }], containers } : {}) };
  const claiming = { ...made, spec };
  script.add(claiming);
  if (generated) script.add(claim('claiming'));
  script.mark('claiming created').wait(60_000).confirm();
  if (gap) script.gap('v1/Pod', 30_000);
  script.mark('waited').remove(claiming).wait(100).mark('claiming removed');
  if (generated && claimGoes) script.remove(claim('claiming'));
  return resultOf(schedulerHonoursClaims, script.wait(60_000).confirm().mark('over').completed());
}

describe('scheduler honours claims', () => {
  it('passes', () => {
    expect(honours()).toBe('pass');
  });

  it.each([
    ['M6 the claim is dropped, the pod runs', { keeps: false, generated: false, named: false, bound: true }, 'dropped'],
    ['M7 a pod is bound although its claim cannot be met', { bound: true }, 'although its claim cannot be met'],
    ['M8 no claim is generated', { generated: false, named: false }, 'no ResourceClaim was generated'],
    ['the generated claim outlives its pod', { claimGoes: false }, 'outlived its pod'],
  ])('fails: %s', (_name, story, why) => {
    const said = honours(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it('cannot know when the watch had a gap', () => {
    expect(honours({ gap: true })).toMatch(/^inconclusive/);
  });
});

interface Picked {
  device?: string;
  holder?: string;
  impossible?: boolean;
  claimGoes?: boolean;
  again?: boolean;
}

function picked(story: Picked = {}): string {
  const { device = 'd0', holder = 'uid-picked', impossible = false, claimGoes = true, again = true } = story;
  const ask = { mode: 'dra', name: 'gpu.example.com', deviceClass: 'gpu', apiVersion: api } as const;
  const params = { ask, api, place, selected: ['p/d0'], expression: '', impossible: '', tellsApart: true, untried: [] };
  const script = new ScriptedTimeline({ params }).watch('v1/Pod').watch(`${api}/ResourceClaim`);
  const runs = (name: string) => pod(name, { group: name, node: 'n1', phase: 'Running' });
  const held = claim('picked', {
    allocation: { devices: { results: [{ request: 'r', driver: ask.name, pool: 'p', device }] } },
    reservedFor: [{ resource: 'pods', name: 'picked', uid: holder }],
  });
  script
    .add(pod('picked', { group: 'picked' }))
    .mark('picked created')
    .wait(100)
    .add(held)
    .modify(runs('picked'));
  const waits = pod('impossible', { group: 'impossible', status: unschedulableStatus(NOT_FOUND) });
  script.mark('picked runs').add(waits).mark('impossible created').wait(10);
  script.remove(runs('picked')).mark('picked removed').wait(100);
  if (claimGoes) script.remove(held);
  script
    .wait(30_000)
    .confirm()
    .mark('claim gone')
    .add(pod('again', { group: 'again' }))
    .mark('again created');
  script
    .wait(100)
    .modify(again ? runs('again') : pod('again', { group: 'again', status: unschedulableStatus(NOT_FOUND) }));
  script.wait(1000).confirm().mark('again over');
  if (impossible) script.modify(runs('impossible'));
  return resultOf(deviceByAttribute, script.wait(60_000).confirm().mark('waited').completed());
}

describe('device by attribute', () => {
  it('passes', () => {
    expect(picked()).toBe('pass');
  });

  it.each([
    ['M9 another device than the selected one is allocated', { device: 'd1' }, 'allocated p/d1, selected were p/d0'],
    ['it is reserved for somebody else', { holder: 'uid-other' }, 'was not reserved for the pod'],
    ['M9 an impossible selector is ignored', { impossible: true }, 'although no device fits'],
    ['M10 the claim outlives its pod', { claimGoes: false }, 'outlived its pod'],
    ['M10 the device is not given out again', { again: false }, 'was not given out again'],
  ])('fails: %s', (_name, story, why) => {
    const said = picked(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  const device = (name: string, attributes: Record<string, string | number>, free = true) => ({
    driver: 'd.example.com',
    pool: 'p',
    name,
    nodes: ['n1'],
    attributes,
    capacity: {},
    tainted: false,
    shareable: false,
    partition: false,
    free,
  });

  it('selects by an attribute that fewest devices have, of a free one', () => {
    const devices = [
      device('a', { model: 'x', uuid: 'u-a', version: '1.2.3' }, false),
      device('b', { model: 'x', uuid: 'u-b', version: '1.2.4' }),
    ];
    expect(selectorOf({ devices, name: 'd.example.com' })).toEqual({
      selected: ['p/b'],
      expression: '"uuid" in device.attributes["d.example.com"] && device.attributes["d.example.com"]["uuid"] == "u-b"',
      impossible: expect.stringContaining('== "plimsoll-none"') as string,
      tellsApart: true,
    });
  });

  it('takes the domain of a qualified attribute, and says when nothing tells devices apart', () => {
    const devices = [
      device('a', { 'resource.kubernetes.io/root': 'r' }),
      device('b', { 'resource.kubernetes.io/root': 'r' }),
    ];
    const selector = selectorOf({ devices, name: 'd.example.com' });
    expect(selector.expression).toBe(
      '"root" in device.attributes["resource.kubernetes.io"] && device.attributes["resource.kubernetes.io"]["root"] == "r"',
    );
    expect(selector).toMatchObject({ selected: ['p/a', 'p/b'], tellsApart: false });
  });
});
