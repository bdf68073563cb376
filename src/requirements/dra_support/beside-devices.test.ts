import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../case-kit/index.ts';
import { pod } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import type { DeviceParams } from './device-targets.ts';
import { firstAvailable } from './first-available.ts';
import { oneClaimForTwoPods } from './one-claim-for-two-pods.ts';

const api = 'resource.k8s.io/v1';
const params: DeviceParams = {
  ask: { mode: 'dra', name: 'gpu.example.com', deviceClass: 'gpu', apiVersion: api },
  api,
  place: { node: 'n1', tolerations: [] },
  selected: ['p/d0'],
  expression: 'x',
  impossible: 'y',
  tellsApart: true,
  untried: [],
};
const begin = (): ScriptedTimeline => new ScriptedTimeline({ params }).watch('v1/Pod').watch(`${api}/ResourceClaim`);

function claim(group: string, status: object = {}): RecordedObject {
  const labels = { 'plimsoll.dev/group': group };
  return {
    apiVersion: api,
    kind: 'ResourceClaim',
    metadata: { name: group, namespace: 'plimsoll-test-1', uid: `uid-of-${group}`, labels },
    status,
  };
}

describe('one claim for two pods', () => {
  const judge = (is: { run?: number; reserved?: number; cut?: boolean } = {}): string => {
    const { run = 2, reserved = 2, cut = false } = is;
    const script = begin().add(claim('common'));
    const names = ['common-1', 'common-2'];
    for (const name of names) script.add(pod(name, { group: 'common' }));
    script.mark('common created').wait(100);
    script.modify(claim('common', { reservedFor: names.slice(0, reserved).map((name) => ({ name })) }));
    for (const name of names.slice(0, run)) script.modify(pod(name, { group: 'common', node: 'n1', phase: 'Running' }));
    script.wait(90_000).confirm();
    if (cut) return resultOf(oneClaimForTwoPods, script.end({ how: 'aborted', class: 'interrupted' }));
    return resultOf(oneClaimForTwoPods, script.mark('common over').completed());
  };

  it('passes, fails, and cannot know', () => {
    expect(judge()).toBe('pass');
    expect(judge({ run: 1 })).toMatch(/^fail: .*two pods with one claim did not run at the same time/);
    expect(judge({ reserved: 1 })).toMatch(/^fail: .*the claim was never reserved for both/);
    expect(judge({ run: 0, reserved: 0, cut: true })).toMatch(/^inconclusive/);
  });
});

describe('first available', () => {
  const judge = (request: string | undefined, status = 201): string => {
    const script = begin().answer({ name: 'claim alternatives', status });
    if (status !== 201) return resultOf(firstAvailable, script.completed());
    script.add(claim('alternatives')).mark('alternatives created').wait(100);
    if (request !== undefined)
      script.modify(
        claim('alternatives', { allocation: { devices: { results: [{ request, pool: 'p', device: 'd1' }] } } }),
      );
    return resultOf(firstAvailable, script.wait(90_000).confirm().mark('alternatives over').completed());
  };

  it('passes when the second alternative is allocated', () => {
    expect(judge('r/second')).toBe('pass');
  });
  it('fails when nothing or another one is, and when the API server refuses alternatives', () => {
    expect(judge(undefined)).toMatch(/^fail: .*no alternative was allocated/);
    expect(judge('r/first')).toMatch(/^fail: .*no alternative was allocated/);
    expect(judge(undefined, 422)).toMatch(/^fail: .*a claim with alternatives was refused/);
  });
  it('cannot know when the API server did not answer on the merits', () => {
    expect(judge(undefined, 429)).toMatch(/^inconclusive/);
  });
});
