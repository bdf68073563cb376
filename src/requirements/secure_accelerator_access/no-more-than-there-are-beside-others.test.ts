import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../case-kit/index.ts';
import { pod, unschedulableStatus } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { P } from './isolation-act.ts';
import { noMoreThanThereAre } from './no-more-than-there-are.ts';
import type { AcceleratorTarget } from './targets.ts';

import { gpu, log, nvidia } from './testing/judged-logs.ts';

/** The entry of an object, for a watch that the script would not choose. */
function objectOf(body: RecordedObject, resourceVersion = '1') {
  const { name = '', namespace = '', uid = '', labels } = body.metadata;
  const group = labels?.['plimsoll.dev/group'];
  return {
    kind: 'object' as const,
    event: 'MODIFIED' as const,
    source: 'watch' as const,
    watch: 'w1',
    ...(group === undefined ? {} : { group }),
    ref: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    body: { ...body, metadata: { ...body.metadata, resourceVersion } },
  };
}

describe('no more than there are, on a node that others use too', () => {
  const FIELDS = 'spec.nodeName=n1';
  const OTHERS = 'plimsoll.dev/case!=x';
  const holders = { of: 'v1/Pod', labels: OTHERS, fields: FIELDS };
  const theirs = (phase = 'Running') => ({
    ...pod('training', { node: 'n1', phase, namespace: 'team' }),
    spec: { nodeName: 'n1', containers: [{ resources: { limits: { 'nvidia.com/gpu': '1' } } }] },
  });
  const held = pod('holder', { node: 'n1', phase: 'Running', group: 'holder' });
  const waits = pod('one-more', { group: 'one-more', status: unschedulableStatus('Insufficient nvidia.com/gpu') });
  const placed = pod('one-more', { node: 'n1', group: 'one-more' });
  const busy: AcceleratorTarget = { ...nvidia, usable: 3 };
  /** A node with three, of which somebody else holds one. */
  const begin = (): ScriptedTimeline =>
    new ScriptedTimeline({ params: busy })
      .watch('v1/Pod', { namespace: undefined, labels: OTHERS, fields: FIELDS })
      .add(theirs())
      .mark('others watched', { holders })
      .watch('v1/Pod')
      .log({ pod: 'holder', text: log(gpu(0), gpu(1)) })
      .write({ ...objectOf(held), watch: 'w2' })
      .write({ ...objectOf(waits), watch: 'w2' })
      .write({ ...objectOf(pod('too-many', { group: 'too-many' })), watch: 'w2' })
      .begin(P.refused);
  const judge = (script: ScriptedTimeline): string => resultOf(noMoreThanThereAre, script.completed());

  it('fails when it was given out although nobody gave one back', () => {
    const script = begin()
      .wait(5_000)
      .write({ ...objectOf(placed, '8'), watch: 'w2' });
    expect(judge(script.wait(60_000).confirm().finish(P.held).wait(100).finish(P.released))).toMatch(
      /^fail: .*an accelerator that is held was given out again/,
    );
  });

  it('cannot know when somebody else gave one back meanwhile, even if that shows a moment later', () => {
    const script = begin()
      .wait(5_000)
      .write({ ...objectOf(placed, '8'), watch: 'w2' })
      .wait(300)
      .modify(theirs('Succeeded'));
    expect(judge(script.wait(60_000).confirm().finish(P.held).wait(100).finish(P.released))).toMatch(
      /^inconclusive \(capacity\): .*one-more was placed, and there was room for it: others left 3 of the node's/,
    );
  });

  it('cannot know when the pod that held everything had ended before', () => {
    const over = pod('holder', { node: 'n1', phase: 'Failed', group: 'holder' });
    const script = begin()
      .wait(5_000)
      .write({ ...objectOf(over, '7'), watch: 'w2' });
    script.write({ ...objectOf(placed, '8'), watch: 'w2' });
    expect(judge(script.wait(60_000).confirm().finish(P.held).wait(100).finish(P.released))).toMatch(
      /^inconclusive \(environment\): .*the pod that held all accelerators had ended before/,
    );
  });

  it('cannot know when somebody else took what was released, and fails when nobody did', () => {
    const stuck = (taken: boolean): ScriptedTimeline => {
      const script = begin().wait(61_000).confirm().finish(P.held).wait(300);
      const greedy = { ...theirs(), metadata: { ...theirs().metadata, name: 'greedy', uid: 'uid-greedy' } };
      const all = {
        ...greedy,
        spec: { ...greedy.spec, containers: [{ resources: { limits: { 'nvidia.com/gpu': '2' } } }] },
      };
      if (taken) script.add(all);
      return script.wait(90_000).confirm().finish(P.released);
    };
    expect(judge(stuck(true))).toMatch(
      /^inconclusive \(capacity\): .*others hold what was released: team\/training, team\/greedy/,
    );
    expect(judge(stuck(false))).toMatch(/^fail: .*the released accelerator was not given out again/);
  });
});
