import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../case-kit/index.ts';
import { pod } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { reconcilesAndRepairs as CASE } from './reconciles-and-repairs.ts';
import { WIDGETS } from './testing/operator-story.ts';

const UID = 'uid-widget';
const namespace = 'plimsoll-test-1';

function widget(ready: 'True' | 'False', generation = 1, observed = generation): RecordedObject {
  const conditions = [{ type: 'Ready', status: ready }];
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'probe', namespace, uid: UID, generation },
    status: { observedGeneration: observed, conditions },
  };
}

function job(name: string, generation = 1, suspend = false): RecordedObject {
  const ownerReferences = [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'probe', uid: UID, controller: true }];
  const metadata = { name, namespace, uid: `uid-${name}`, generation, ownerReferences };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { suspend } };
}

function podOf(name: string, phase = 'Running'): RecordedObject {
  return pod(`${name}-pod`, { node: 'n1', phase, owner: `uid-${name}` });
}

interface Story {
  children?: number;
  status?: boolean;
  lies?: boolean;
  repairs?: boolean;
  putsBack?: boolean;
  follows?: boolean;
  stale?: boolean;
  collects?: boolean;
  interruptedAt?: 'start';
}

/** Tells a run of the case up to where something goes wrong: there a wait runs out, and the act ends. */
function told(story: Story = {}): string {
  const {
    children = 2,
    status = true,
    repairs = true,
    putsBack = true,
    follows = true,
    stale = false,
    collects = true,
  } = story;
  const script = new ScriptedTimeline({ params: WIDGETS });
  script.watch('example.com/v1/Widget').watch('batch/v1/Job').watch('v1/Pod');
  const timedOut = (target: { of: string; owner?: string; uid?: string }, condition: string): string => {
    script.wait(60_000).confirm().waited({ target, condition, how: 'timed-out', within: 60_000 });
    return resultOf(CASE, script.end({ how: 'aborted', class: 'environment', message: 'a wait ran out' }));
  };
  script.answer({ name: 'create', status: 201 }).add(widget('False')).mark('created', { uid: UID }).wait(100);
  const names = ['a', 'b'].slice(0, children);
  for (const name of names) script.add(job(name));
  if (story.interruptedAt === 'start')
    return resultOf(CASE, script.end({ how: 'aborted', class: 'interrupted', message: 'Ctrl-C' }));
  if (children < 2) return timedOut({ of: 'batch/v1/Job', owner: UID }, '2 made by the operator');
  if (story.lies === true) script.modify(widget('True')).wait(10_000);
  for (const name of names) script.add(podOf(name));
  if (!status) return timedOut({ of: 'example.com/v1/Widget', uid: UID }, 'says Ready=True');
  script.wait(100).modify(widget('True')).mark('ran').wait(100);

  script.mark('child deleted', { of: 'batch/v1/Job', uid: 'uid-a', pods: ['uid-a-pod'] });
  script.remove(job('a')).remove(podOf('a')).wait(500);
  if (!repairs) return timedOut({ of: 'batch/v1/Job', owner: UID }, '2 made by the operator anew');
  script.add(job('c')).add(podOf('c')).mark('child is back').wait(100);

  script.mark('field changed', { of: 'batch/v1/Job', uid: 'uid-b', generation: 2, was: false });
  script.modify(job('b', 2, true)).wait(100);
  if (!putsBack) return timedOut({ of: 'batch/v1/Job', uid: 'uid-b' }, 'spec.suspend put back');
  script.modify(job('b', 3)).mark('field is back').wait(100);

  script.mark('changed', { generation: 2 });
  if (!follows) return timedOut({ of: 'v1/Pod', owner: UID }, 'no pods');
  script.remove(podOf('b')).remove(podOf('c')).wait(100);
  if (stale) {
    script.modify(widget('True', 2, 1));
    return timedOut({ of: 'example.com/v1/Widget', uid: UID }, 'says Ready=False of generation 2');
  }
  script.modify(widget('False', 2)).mark('changed back', { generation: 3 }).wait(100);
  for (const name of ['b', 'c']) script.add(pod(`${name}-2`, { node: 'n1', phase: 'Running', owner: `uid-${name}` }));
  script.modify(widget('True', 3)).mark('followed').wait(100);

  script.mark('removed').wait(100);
  if (!collects) return timedOut({ of: 'example.com/v1/Widget', uid: UID }, 'none');
  script.remove(widget('True', 3)).remove(job('b', 3)).remove(job('c'));
  for (const name of ['b', 'c']) script.remove(pod(`${name}-2`, { owner: `uid-${name}` }));
  return resultOf(CASE, script.mark('gone').completed());
}

describe('reconciles-and-repairs', () => {
  it('passes when everything is made, kept, followed and taken away', () => {
    expect(told()).toBe('pass');
  });

  it.each([
    ['M5 nothing is made', { children: 0 }, 'the controller did not make batch/v1/Job'],
    ['M5 half of it is made', { children: 1 }, '1 of 2 are there'],
    ['the status never says so', { status: false }, 'its status never said that it is as wanted'],
    ['the status says so before anything runs', { lies: true }, 'its status does not say so before its pods run'],
    ['M6 a deleted child stays away', { repairs: false }, 'that was deleted did not come back'],
    ['a changed field stays changed', { putsBack: false }, 'stayed as somebody else had changed it'],
    ['a change is not followed', { follows: false }, 'its pods did not follow a change of the object'],
    ['M7 the status is of an older generation', { stale: true }, 'its status did not follow a change of the object'],
    ['M10 it never goes', { collects: false }, 'the Widget stays behind'],
  ] as const)('fails: %s', (_name, story, why) => {
    const said = told(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it('cannot know when it was interrupted', () => {
    expect(told({ interruptedAt: 'start' })).toMatch(/^inconclusive \(interrupted\): /);
  });
});
