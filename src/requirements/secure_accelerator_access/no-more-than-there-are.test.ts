import { describe, expect, it } from 'vitest';
import { pod, unschedulableStatus } from '../../evidence/testing/pod.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import type { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { P } from './isolation-act.ts';
import { noMoreThanThereAre } from './no-more-than-there-are.ts';
import { gpu, log, logs } from './testing/judged-logs.ts';

describe('no more than there are', () => {
  const held = pod('holder', { node: 'n1', phase: 'Running', group: 'holder' });
  const begin = (): ScriptedTimeline => logs({ holder: log(gpu(0), gpu(1)) }).add(held);
  const waiting = (name: string, node?: string) =>
    pod(name, {
      group: name,
      ...(node === undefined ? { status: unschedulableStatus('0/1 nodes: Insufficient nvidia.com/gpu') } : { node }),
    });
  const script = (
    node?: string,
    tooMany?: string,
    released: string | undefined = 'n1',
    window = 61_000,
  ): ScriptedTimeline => {
    const begun = begin().add(waiting('one-more')).add(waiting('too-many')).begin(P.refused).wait(1000);
    if (node !== undefined) begun.modify(waiting('one-more', node));
    if (tooMany !== undefined) begun.modify(waiting('too-many', tooMany));
    begun.wait(window).confirm().finish(P.held).wait(500);
    if (released !== undefined && node === undefined) begun.modify(waiting('one-more', released));
    return begun.wait(90_000).confirm().finish(P.released);
  };
  const judge = (judged: ScriptedTimeline): string => resultOf(noMoreThanThereAre, judged.completed());

  it('passes when the pod waits and gets its device after the release', () => {
    expect(judge(script())).toBe('pass');
  });
  it('fails on double allocation (M6), an over-request that is bound (M7), a device that is not released (M13)', () => {
    expect(judge(script('n1'))).toMatch(/^fail: .*an accelerator that is held was given out again/);
    expect(judge(script(undefined, 'n1'))).toMatch(/^fail: .*a request larger than the node was placed/);
    const stuck = begin().add(waiting('one-more')).add(waiting('too-many')).begin(P.refused);
    stuck.wait(61_000).confirm().finish(P.held).wait(90_000).confirm();
    expect(judge(stuck.finish(P.released))).toMatch(/^fail: .*the released accelerator was not given out again/);
  });
  it('cannot know when the silence was too short or had a gap', () => {
    expect(judge(script(undefined, undefined, 'n1', 20_000))).toMatch(/^inconclusive \(environment\): .*watched for/);
    const gap = begin().add(waiting('one-more')).add(waiting('too-many')).begin(P.refused);
    gap
      .wait(30_000)
      .gap('v1/Pod', 5_000)
      .wait(31_000)
      .confirm()
      .finish(P.held)
      .wait(500)
      .modify(waiting('one-more', 'n1'));
    expect(judge(gap.finish(P.released))).toMatch(/^inconclusive \(environment\): .*cannot be claimed/);
  });
});
