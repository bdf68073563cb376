import { describe, expect, it } from 'vitest';
import { pod } from '../testing/pod.ts';
import { edited, ScriptedTimeline } from '../testing/scripted-timeline.ts';

const job = (name: string, owner?: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, uid: `uid-${name}`, ...(owner === undefined ? {} : { ownerReferences: [{ uid: owner }] }) },
});

describe('groups', () => {
  const timeline = new ScriptedTimeline()
    .watch('v1/Pod')
    .watch('batch/v1/Job')
    .watch('jobset/v1/JobSet')
    .add({ apiVersion: 'jobset/v1', kind: 'JobSet', metadata: { name: 'set', uid: 'uid-set' } }, { group: 'gang' })
    .add(job('child', 'uid-set'))
    .add(job('stranger'))
    // The pods come before the job that owns them is seen: order must not matter.
    .add(pod('owned', { owner: 'uid-child' }))
    .add(pod('labelled', { group: 'gang' }))
    .add(pod('foreign', { owner: 'uid-stranger' }))
    .completed()
    .timeline();

  it('are what carries the label and what these own, however far down', () => {
    expect(timeline.pods({ group: 'gang' }).objects.map((object) => object.ref.name)).toEqual(['owned', 'labelled']);
    expect(timeline.objects({ of: 'batch/v1/Job', group: 'gang' }).objects.map((one) => one.ref.name)).toEqual([
      'child',
    ]);
    expect(timeline.pods({ owner: 'uid-set' }).objects.map((object) => object.ref.name)).toEqual(['owned']);
  });

  it('have a family: owners upwards, owned downwards', () => {
    const family = timeline.family(timeline.pods({ name: 'owned' }));
    expect([...family].sort()).toEqual(['uid-child', 'uid-owned', 'uid-set']);
  });
});

describe('states', () => {
  it('hold until the next one, and end with the deletion', () => {
    const script = new ScriptedTimeline().watch('v1/Pod').add(pod('a'));
    const first = script.entries.length;
    script.mark('in between').modify(pod('a', { node: 'n1' }));
    const second = script.entries.length;
    const timeline = script.remove(pod('a', { node: 'n1' })).timeline();
    const pods = timeline.pods();
    expect(pods.at(first - 1)).toEqual([]);
    expect(pods.at(first + 1)[0]?.seq).toBe(first);
    expect(pods.at(second)[0]?.seq).toBe(second);
    expect(pods.at(second + 1)).toEqual([]);
  });

  it('of a slower second watch change nothing', () => {
    const states = (name: string, version: number, node?: string) => ({
      ...pod(name, node === undefined ? {} : { node }),
      metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) },
    });
    const timeline = new ScriptedTimeline()
      .watch('v1/Pod')
      .add(states('a', 1))
      .modify(states('a', 2, 'n1'))
      .add(states('a', 1), { source: 'list' })
      .timeline();
    expect(timeline.pods().at(99)[0]?.body.spec).toMatchObject({ nodeName: 'n1' });
  });
});

describe('windows', () => {
  const timeline = new ScriptedTimeline().wait(5).mark('a').wait(5).mark('b').completed().timeline();

  it('run from mark to mark', () => {
    expect(timeline.between('a', 'b')).toMatchObject({ from: 5, to: 10, closed: true });
    expect(timeline.after('b')).toMatchObject({ from: 10, to: 10, closed: true });
    expect(timeline.before('a')).toMatchObject({ from: 0, to: 5, closed: true });
  });

  it('say when they cannot be', () => {
    expect(timeline.between('a', 'c').missing).toBe('the act never came to "c"');
    expect(timeline.between('b', 'a').missing).toBe('its end comes before its beginning');
  });

  it('are not closed by an act that was cut short', () => {
    expect(new ScriptedTimeline().mark('a').end({ how: 'aborted' }).timeline().after('a').closed).toBe(false);
    expect(new ScriptedTimeline().mark('a').timeline().after('a').closed).toBe(false);
  });
});

describe('edited', () => {
  it('numbers the entries anew', () => {
    const timeline = new ScriptedTimeline().mark('a').mark('b').mark('c').timeline();
    const without = edited(timeline, (entry) => (entry.kind === 'mark' && entry.name === 'b' ? undefined : entry));
    expect(without.entries.map((entry) => entry.seq)).toEqual([1, 2, 3]);
    expect(without.marks().map((mark) => mark.name)).toEqual(['a', 'c']);
  });
});

describe('windows to the end', () => {
  const script = new ScriptedTimeline().watch('v1/Pod').watch('batch/v1/Job').mark('created').wait(60_000);
  const target = { of: 'v1/Pod', owner: 'uid-set' };
  script.waited({ target, condition: 'none', how: 'timed-out', within: 60_000 });
  // The runner confirms one watch after the other; only then comes the end.
  script.write({ kind: 'watch', watch: 'w1', state: 'confirmed', of: 'v1/Pod' }).wait(20);
  script.write({ kind: 'watch', watch: 'w2', state: 'confirmed', of: 'batch/v1/Job' }).wait(20);
  const timeline = script.end({ how: 'aborted', class: 'environment' }).timeline();

  it('end with the act, so that every watch that was confirmed afterwards covers them', () => {
    const window = timeline.after('created');
    expect([window.from, window.to]).toEqual([0, 60_000]);
    expect(timeline.entry(window.toSeq)?.kind).toBe('waited');
    for (const of of ['v1/Pod', 'batch/v1/Job']) expect(timeline.objects({ of }).holes(window)).toEqual([]);
  });

  it('are not covered by a watch that could not be confirmed', () => {
    const doubting = edited(timeline, (entry) =>
      entry.kind === 'watch' && entry.state === 'confirmed' ? { ...entry, state: 'doubted' } : entry,
    );
    expect(doubting.pods().holes(doubting.after('created'))).toHaveLength(1);
  });
});
