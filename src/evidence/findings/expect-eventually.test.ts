import { describe, expect, it } from 'vitest';
import { bound, running } from '../pod-conditions.ts';
import { pod, unschedulableStatus } from '../testing/pod.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import { all } from '../timeline/condition.ts';
import type { Timeline } from '../timeline/question.ts';
import { expectEventually, firstMoment } from './expect-eventually.ts';
import { expectEach, expectSeen } from './expect-seen.ts';

const words = { claim: 'the gang starts', otherwise: 'the gang did not start' };
const allRunning = all(running, 2);
const runs = (name: string): ReturnType<typeof pod> => pod(name, { group: 'gang', node: 'n1', phase: 'Running' });
const waits = (name: string, status = {}): ReturnType<typeof pod> => pod(name, { group: 'gang', status });

function judge(
  timeline: Timeline,
  more: Parameters<typeof expectEventually>[3] = words,
): ReturnType<typeof expectEventually> {
  return expectEventually(timeline.pods({ group: 'gang' }), allRunning, timeline.after('release'), more);
}

function released(): ScriptedTimeline {
  return new ScriptedTimeline().watch('v1/Pod').add(waits('a')).add(waits('b')).mark('release').wait(1000);
}

describe('expectEventually', () => {
  it('passes at the first moment at which all fulfil it together, and cites their states', () => {
    const timeline = released().modify(runs('a')).wait(2000).modify(runs('b')).completed().timeline();
    const finding = judge(timeline);
    expect(finding).toMatchObject({ outcome: 'pass', message: '2 × running after 3.0 s after "release"' });
    expect(finding.evidence).toHaveLength(2);
    expect(firstMoment(timeline.pods({ group: 'gang' }), allRunning, timeline.after('release'))?.after).toBe(3000);
  });

  it('does not add up moments: one after the other is not all at once', () => {
    const timeline = released()
      .modify(runs('a'))
      .remove(runs('a'))
      .modify(runs('b'))
      .wait(60_000)
      .completed()
      .timeline();
    expect(judge(timeline).outcome).toBe('fail');
  });

  it('fails when the act completed without it', () => {
    const timeline = released().modify(runs('a')).wait(60_000).completed().timeline();
    const finding = judge(timeline);
    expect(finding).toMatchObject({ outcome: 'fail' });
    expect(finding.message).toContain('the gang did not start: 61 s after "release": 1 of 2 running');
  });

  it('fails when the wait for the very same thing ran out, although the act was aborted by it', () => {
    const timeline = released()
      .wait(60_000)
      .waited({ target: { of: 'v1/Pod', group: 'gang' }, condition: '2 × running', how: 'timed-out', within: 60_000 })
      .confirm()
      .end({ how: 'aborted', class: 'environment', code: 'wait-timed-out', message: 'waited 60 s' })
      .timeline();
    expect(judge(timeline).outcome).toBe('fail');
  });

  it.each([
    ['it was for something else', { of: 'v1/Pod', name: 'blocker' }, '2 × running'],
    ['it was for another condition', { of: 'v1/Pod', group: 'gang' }, '2 × bound'],
  ])('is undecided when a wait ran out but %s', (_name, target, condition) => {
    const timeline = released()
      .add(pod('blocker'))
      .waited({ target, condition, how: 'timed-out', within: 1000 })
      .confirm()
      .end({ how: 'aborted', class: 'environment', message: 'waited' })
      .timeline();
    expect(judge(timeline)).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
  });

  it('is undecided when a Ctrl-C cut the wait short, and with the time given it fails', () => {
    const cut = (): ScriptedTimeline => released().wait(20_000).confirm();
    const end = { how: 'aborted', class: 'interrupted', message: 'Ctrl-C' } as const;
    expect(judge(cut().end(end).timeline())).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
    expect(judge(cut().end(end).timeline(), { ...words, within: '15s' }).outcome).toBe('fail');
    expect(judge(cut().end(end).timeline(), { ...words, within: '30s' }).outcome).toBe('inconclusive');
  });

  it('fails when it came too late', () => {
    const timeline = released().modify(runs('a')).wait(90_000).modify(runs('b')).completed().timeline();
    expect(judge(timeline, { ...words, within: '60s' })).toMatchObject({ outcome: 'fail' });
    expect(judge(timeline, { ...words, within: '2m' })).toMatchObject({ outcome: 'pass' });
  });

  it('is undecided when the moment may lie in a gap', () => {
    const timeline = released().gap('v1/Pod', 500).wait(60_000).completed().timeline();
    expect(judge(timeline)).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
  });

  it('blames the environment when the environment is to blame, with the remedy', () => {
    const pulling = {
      containerStatuses: [
        { name: 'c', image: 'busybox', state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } },
      ],
    };
    const timeline = released().modify(waits('b', pulling)).wait(60_000).completed().timeline();
    const finding = judge(timeline);
    expect(finding).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
    expect(finding.message).toBe('image busybox of pod b cannot be pulled: not found');
    expect(finding.remedy).toContain('--image');
  });

  it('does not excuse what is the very thing under test', () => {
    const full = unschedulableStatus('0/1 nodes are available: 1 Insufficient example.com/gpu.');
    const timeline = released().modify(waits('a', full)).wait(60_000).completed().timeline();
    expect(judge(timeline)).toMatchObject({ outcome: 'inconclusive', class: 'capacity' });
    expect(judge(timeline, { ...words, inexcusable: ['insufficient'] }).outcome).toBe('fail');
  });

  it('does not excuse by a cause that was over before the end', () => {
    const full = unschedulableStatus('0/1 nodes are available: 1 Insufficient cpu.');
    const timeline = released().modify(waits('a', full)).wait(10).modify(runs('a')).wait(60_000).completed().timeline();
    expect(judge(timeline).outcome).toBe('fail');
  });

  it('sees the quota that keeps a Job from making its pods', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'gang', uid: 'uid-gang' } };
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e1' },
      reason: 'FailedCreate',
      note: 'Error creating: pods "x" is forbidden: exceeded quota: team',
      regarding: { kind: 'Job', name: 'gang', uid: 'uid-gang' },
    };
    const script = new ScriptedTimeline().watch('v1/Pod').watch('batch/v1/Job').watch('events.k8s.io/v1/Event');
    const timeline = script
      .add(job, { group: 'gang' })
      .mark('release')
      .wait(100)
      .add(event)
      .wait(60_000)
      .completed()
      .timeline();
    expect(judge(timeline)).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
    expect(judge(timeline).message).toContain('quota');
  });
});

describe('expectSeen and expectEach', () => {
  const timeline = released()
    .modify(runs('a'))
    .wait(5)
    .remove(runs('a'))
    .wait(5)
    .modify(runs('b'))
    .completed()
    .timeline();
  const gang = timeline.pods({ group: 'gang' });

  it('takes each object at a moment of its own', () => {
    expect(expectEach(gang, running, timeline.whole(), { ...words, count: 2 }).outcome).toBe('pass');
    expect(expectEach(gang, running, timeline.whole(), { ...words, count: 3 }).outcome).toBe('fail');
  });

  it('wants every object, not only enough of them', () => {
    const third = released().modify(runs('a')).modify(runs('b')).add(waits('c')).completed().timeline();
    const finding = expectEach(third.pods({ group: 'gang' }), running, third.whole(), { ...words, count: 2 });
    expect(finding.outcome).toBe('fail');
  });

  it('is content with one, and fails with none', () => {
    expect(expectSeen(gang, bound, timeline.whole(), words)).toMatchObject({ outcome: 'pass' });
    const none = timeline.pods({ name: 'nobody' });
    expect(expectSeen(none, bound, timeline.whole(), words).message).toContain('0 of v1/Pod nobody were seen at all');
  });

  it('never fails by absence in an act that was cut short', () => {
    const cut = released().confirm().end({ how: 'aborted', class: 'interrupted', message: 'Ctrl-C' }).timeline();
    const finding = expectSeen(cut.pods({ group: 'gang' }), running, cut.whole(), words);
    expect(finding).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
  });
});

describe('a wait that was given up', () => {
  const waiting = { containerStatuses: [{ name: 'c', image: 'x', state: { waiting: { reason: 'ErrImagePull' } } }] };
  const script = (status: Record<string, unknown>): ScriptedTimeline =>
    new ScriptedTimeline()
      .watch('v1/Pod')
      .add(pod('a', { group: 'gang', status }))
      .mark('created')
      .wait(15_000)
      .waited({
        target: { of: 'v1/Pod', group: 'gang' },
        condition: '1 × running',
        how: 'hopeless',
        within: 300_000,
      });
  const told = (status: Record<string, unknown>): string => {
    const timeline = script(status).end({ how: 'aborted', class: 'environment', message: 'gave up' }).timeline();
    const finding = expectEventually(timeline.pods({ group: 'gang' }), all(running, 1), timeline.after('created'), {
      claim: 'it runs',
      otherwise: 'it did not run',
    });
    return `${finding.outcome} (${finding.class}): ${finding.message}`;
  };

  it('is explained by what made it hopeless, and never a fail', () => {
    expect(told(waiting)).toMatch(/^inconclusive \(environment\): image x of pod a cannot be pulled/);
    expect(told({})).toMatch(/^inconclusive \(environment\): not decided, the wait for it was cut short/);
  });
});
