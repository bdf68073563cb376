import { describe, expect, it } from 'vitest';
import { bound } from '../pod-conditions.ts';
import { pod } from '../testing/pod.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import type { Timeline } from '../timeline/question.ts';
import { expectNever } from './expect-never.ts';

const words = { claim: 'no member is bound without its gang', otherwise: 'a member was bound without its gang' };

function judge(timeline: Timeline, lasting?: '60s'): ReturnType<typeof expectNever> {
  const gang = timeline.pods({ group: 'gang' });
  return expectNever(gang, bound, timeline.between('created', 'release'), {
    ...words,
    ...(lasting === undefined ? {} : { lasting }),
  });
}

/** Watched, nothing bound, confirmed at the end. */
function silence(): ScriptedTimeline {
  return new ScriptedTimeline()
    .watch('v1/Pod')
    .mark('created')
    .wait(10)
    .add(pod('a', { group: 'gang' }))
    .wait(60_000);
}

describe('expectNever', () => {
  it('passes when the whole window was watched and nothing happened, and names the window as evidence', () => {
    const timeline = silence().confirm().mark('release').completed().timeline();
    const finding = judge(timeline, '60s');
    expect(finding).toMatchObject({ outcome: 'pass', claim: words.claim });
    expect(finding.evidence).toEqual([timeline.mark('created')?.seq, timeline.mark('release')?.seq]);
  });

  it('fails with the entry that shows it, even if the watch had a gap elsewhere', () => {
    const timeline = silence()
      .gap('v1/Pod', 50_000)
      .modify(pod('a', { group: 'gang', node: 'n1' }))
      .mark('release')
      .completed()
      .timeline();
    const finding = judge(timeline);
    expect(finding.outcome).toBe('fail');
    expect(finding.message).toBe('a member was bound without its gang: Pod plimsoll-test-1/a at +60 s bound');
    expect(finding.evidence.map((seq) => timeline.entry(seq)?.kind)).toEqual(['object']);
  });

  it('fails for what was bound already when the window began', () => {
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .add(pod('a', { group: 'gang', node: 'n1' }))
      .mark('created')
      .wait(60_000)
      .confirm()
      .mark('release')
      .completed()
      .timeline();
    expect(judge(timeline).outcome).toBe('fail');
  });

  it('fails for a pod whose deletion shows that it had been bound', () => {
    const timeline = silence()
      .remove(pod('a', { group: 'gang', node: 'n1' }))
      .mark('release')
      .completed()
      .timeline();
    expect(judge(timeline).outcome).toBe('fail');
  });

  it('does not count what was gone before, or came after, or belongs to others', () => {
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .add(pod('old', { group: 'gang', node: 'n1' }))
      .remove(pod('old', { group: 'gang', node: 'n1' }))
      .mark('created')
      .add(pod('blocker', { node: 'n1' }))
      .wait(60_000)
      .confirm()
      .mark('release')
      .modify(pod('a', { group: 'gang', node: 'n1' }))
      .completed()
      .timeline();
    expect(judge(timeline).outcome).toBe('pass');
  });

  it.each([
    ['a gap in the window', (t: ScriptedTimeline) => t.gap('v1/Pod', 500).confirm(), 'list anew'],
    ['no confirmation after the window', (t: ScriptedTimeline) => t, 'nothing confirms'],
  ])('cannot claim it with %s', (_name, step, why) => {
    const timeline = step(silence()).mark('release').write({ kind: 'end', how: 'completed' }).timeline();
    const finding = judge(timeline);
    expect(finding).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
    expect(finding.message).toContain(why);
  });

  it.each([
    ['nothing was watched at all', (t: ScriptedTimeline) => t],
    ['another kind was watched', (t: ScriptedTimeline) => t.watch('batch/v1/Job')],
    ['another namespace was watched', (t: ScriptedTimeline) => t.watch('v1/Pod', { namespace: 'other' })],
    ['only some were watched', (t: ScriptedTimeline) => t.watch('v1/Pod', { labels: 'a=b' })],
    ['the watch never synced', (t: ScriptedTimeline) => t.watch('v1/Pod', { synced: false })],
  ])('cannot claim it when %s', (_name, open) => {
    const timeline = open(new ScriptedTimeline())
      .mark('created')
      .wait(60_000)
      .confirm()
      .mark('release')
      .completed()
      .timeline();
    const selected = timeline.pods({ namespace: 'plimsoll-test-1' });
    const finding = expectNever(selected, bound, timeline.between('created', 'release'), words);
    expect(finding.outcome).toBe('inconclusive');
  });

  it('cannot claim it when the watch synced only after the window began', () => {
    const timeline = new ScriptedTimeline()
      .mark('created')
      .wait(10)
      .watch('v1/Pod')
      .wait(60_000)
      .confirm()
      .mark('release')
      .completed()
      .timeline();
    expect(judge(timeline).message).toContain('watched only later');
  });

  it('takes two watches together', () => {
    const script = new ScriptedTimeline().watch('v1/Pod').mark('created').wait(30_000).confirm();
    const timeline = script
      .watch('v1/Pod', { namespace: undefined })
      .wait(30_000)
      .confirm()
      .mark('release')
      .completed()
      .timeline();
    expect(judge(timeline, '60s').outcome).toBe('pass');
  });

  it('does not take a short silence for a long one', () => {
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .mark('created')
      .wait(5000)
      .confirm()
      .mark('release')
      .completed()
      .timeline();
    expect(judge(timeline, '60s')).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
  });

  it('is undecided, with the reason of the abort, when the act never came so far', () => {
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .mark('created')
      .end({ how: 'aborted', class: 'permission', message: 'may not create jobs', remedy: 'grant it' })
      .timeline();
    expect(judge(timeline)).toMatchObject({ outcome: 'inconclusive', class: 'permission', remedy: 'grant it' });
  });
});
