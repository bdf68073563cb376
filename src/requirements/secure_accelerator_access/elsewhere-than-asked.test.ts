import { describe, expect, it } from 'vitest';
import { pod } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { adminAccessNeedsALabel } from './admin-access-needs-a-label.ts';
import { ways } from './judging.ts';
import { noRequestNoAccess } from './no-request-no-access.ts';
import { noWayRoundByEnvironment } from './no-way-round-by-environment.ts';
import { ctl, gpu, log, logs, nvidia, tried } from './testing/judged-logs.ts';
import { plannedOn } from './testing/planned.ts';

/** Platforms that do something else than what was asked for, without a word. */
describe('a policy that replaces the affinity of pods', () => {
  const moved = (name: string) =>
    logs({ holder: log(gpu(0), gpu(1), ctl), [name]: log(tried(0), tried(1)) })
      .add(pod('holder', { node: 'n1', group: 'holder', phase: 'Running' }))
      .add(pod(name, { node: 'n2', group: name, phase: 'Succeeded' }))
      .completed();

  it('a pod on another node than the accelerators shows nothing about them', () => {
    expect(resultOf(noRequestNoAccess, moved('outsider'))).not.toBe('pass');
  });
  it('nor does one with a variable', () => {
    expect(resultOf(noWayRoundByEnvironment, moved('by-variable'))).not.toBe('pass');
  });
  it('on the node of the accelerators it does', () => {
    const script = logs({ holder: log(gpu(0), gpu(1), ctl), outsider: log(tried(0), tried(1)) })
      .add(pod('holder', { node: nvidia.place.node, group: 'holder', phase: 'Running' }))
      .add(pod('outsider', { node: nvidia.place.node, group: 'outsider', phase: 'Succeeded' }));
    expect(resultOf(noRequestNoAccess, script.completed())).toBe('pass');
  });
});

describe('RuntimeClasses that no table names', () => {
  const tries = (...runtimeClasses: string[]): (string | undefined)[] =>
    ways(
      plannedOn(noWayRoundByEnvironment, { allocatable: { 'nvidia.com/gpu': '2' }, runtimeClasses }),
      'by-variable',
    ).map((way) => way.runtimeClass);

  it('are tried when the vendor has them', () => {
    expect(tries('nvidia')).toEqual([undefined, 'nvidia']);
  });
  it('are tried as well: a runtime of its own may hand out devices', () => {
    expect(tries('nvidia-legacy', 'legacy')).toEqual(expect.arrayContaining(['nvidia-legacy', 'legacy']));
  });
});

describe('a RuntimeClass of which no container starts', () => {
  const told = (note?: string): string => {
    const script = logs(
      { holder: log(gpu(0), gpu(1), ctl), 'by-variable': log(tried(0), tried(1)) },
      {
        ...nvidia,
        runtimeClasses: ['slow'],
      },
    ).watch('events.k8s.io/v1/Event');
    script.add(pod('by-variable-1', { node: 'n1', group: 'by-variable-1', phase: 'Pending' }));
    if (note !== undefined)
      script.add({
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'e', namespace: 'plimsoll-test-1', uid: 'e' },
        regarding: { kind: 'Pod', name: 'by-variable-1' },
        note,
      });
    return resultOf(noWayRoundByEnvironment, script.completed());
  };

  it('has nothing to reach by where the node has no handler for it', () => {
    expect(told('Failed to create pod sandbox: no runtime for "slow" is configured')).toBe('pass');
  });
  it('was not tried where it only was slow: no pass', () => {
    expect(told()).toMatch(/^inconclusive \(environment\): .*no container of by-variable-1 was started/);
  });
});

describe('an API server without DRAAdminAccess', () => {
  it('drops the field and gives no administrative access: no fail', () => {
    const request = { name: 'r', exactly: { deviceClassName: 'c', allocationMode: 'ExactCount', count: 1 } };
    const body = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'admin' },
      spec: { devices: { requests: [request] } },
    };
    const script = new ScriptedTimeline({ params: nvidia })
      .answer({ name: 'ordinary claim', status: 201 })
      .answer({ name: 'admin claim', status: 201, body });
    expect(resultOf(adminAccessNeedsALabel, script.completed())).not.toMatch(/^fail/);
  });
});
