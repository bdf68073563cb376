import { describe, expect, it } from 'vitest';
import { all, bound, type Finding, phases, running } from '../../evidence/judging.ts';
import { pod } from '../../evidence/testing/pod.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { answers, created } from './answered.ts';
import { type Claim, longerThan, pods } from './claim.ts';
import { always, never } from './lasted.ts';
import { each, eventually, seen } from './reached.ts';

const P = phases({ tried: ['gang created', 'release'], freed: ['release', 'released'] });
const GANG = pods('gang');
const on = (name: string, phase: string, node = 'n1') => pod(name, { group: 'gang', node, phase });
const waiting = (name: string) => pod(name, { group: 'gang' });
const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'gang', uid: 'job', labels: { 'plimsoll.dev/group': 'gang' } },
};

const begun = (): ScriptedTimeline => new ScriptedTimeline().watch('v1/Pod').watch('batch/v1/Job').begin(P.tried);
const judged = (claim: Claim, script: ScriptedTimeline): Finding => claim.judge(script.timeline());
const timedOut = { target: { of: 'v1/Pod', group: 'gang' }, how: 'timed-out', within: 240_000 } as const;

const runs = eventually(
  GANG,
  all(running, 2),
  { phase: P.tried, within: '4m', otherwise: 'it did not run' },
  'the gang runs, all of it at once',
);
const silent = never(
  GANG,
  bound,
  { phase: P.tried, lasting: '60s', otherwise: 'a part of it was bound' },
  'nothing of the gang is bound',
);

describe('a claim about what has to come', () => {
  it('passes when it comes', () => {
    const script = begun().add(on('a', 'Running')).wait(100).add(on('b', 'Running')).finish(P.tried).completed();
    expect(judged(runs, script)).toMatchObject({ outcome: 'pass', message: expect.stringContaining('100 ms') });
    expect(runs.took(script.timeline())).toBe(100);
  });

  it('fails when it does not, although the act gave it its time', () => {
    const script = begun().add(on('a', 'Running')).add(waiting('b')).wait(240_000).confirm();
    script.waited({ ...timedOut, condition: '2 × running' }).end({ how: 'aborted', class: 'environment' });
    expect(judged(runs, script)).toMatchObject({ outcome: 'fail', message: expect.stringContaining('it did not run') });
  });

  it('does not hold of nothing', () => {
    const script = begun().wait(1000).finish(P.tried).completed();
    expect(judged(runs, script).outcome).toBe('fail');
    expect(judged(each(GANG, running, { phase: P.tried, within: '1m', count: 1 }, 'each runs'), script).outcome).toBe(
      'fail',
    );
    expect(judged(seen(GANG, running, { phase: P.tried, within: '1m' }, 'one runs'), script).outcome).toBe('fail');
    expect(() => all(running, 0)).toThrow(/would hold of nothing/);
  });

  it('cannot be known when the watch had a gap, the act was cut short, or it never began', () => {
    const gap = begun().wait(20_000).gap('v1/Pod', 10_000).add(waiting('a'), { source: 'relist' });
    expect(judged(runs, gap.finish(P.tried).completed()).outcome).toBe('inconclusive');
    const cut = begun().wait(1000).end({ how: 'aborted', class: 'interrupted' });
    expect(judged(runs, cut)).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
    const never = new ScriptedTimeline().watch('v1/Pod').end({ how: 'aborted', class: 'permission' });
    expect(judged(runs, never)).toMatchObject({ outcome: 'inconclusive', class: 'permission' });
  });

  it('may come after a restart of the API server', () => {
    const script = begun().add(waiting('a')).wait(5000).gap('v1/Pod', 3000);
    script.modify(on('a', 'Running'), { source: 'relist' }).add(on('b', 'Running'), { source: 'relist' });
    expect(judged(runs, script.finish(P.tried).completed()).outcome).toBe('pass');
  });

  it('fails nobody where it is only a control', () => {
    const control = eventually(
      GANG,
      all(running, 2),
      { phase: P.tried, within: '4m', control: 'environment' },
      'it runs (control)',
    );
    const script = begun()
      .add(waiting('a'))
      .wait(240_000)
      .confirm()
      .waited({ ...timedOut, condition: '2 × running' });
    expect(judged(control, script.end({ how: 'aborted' }))).toMatchObject({
      outcome: 'inconclusive',
      class: 'environment',
    });
  });
});

describe('each and seen', () => {
  const each2 = each(GANG, running, { phase: P.tried, within: '1m', count: 2 }, 'every pod runs at some time');
  it('does not ask for the same moment', () => {
    const script = begun().add(on('a', 'Running')).modify(on('a', 'Succeeded')).add(on('b', 'Running'));
    expect(judged(each2, script.finish(P.tried).completed()).outcome).toBe('pass');
    expect(judged(runs, script).outcome).toBe('fail');
  });
  it('fails when one of them never does, and one is enough to be seen', () => {
    const script = begun().add(on('a', 'Running')).add(waiting('b')).wait(1000).finish(P.tried).completed();
    expect(judged(each2, script).outcome).toBe('fail');
    expect(judged(seen(GANG, running, { phase: P.tried, within: '1m' }, 'one runs'), script).outcome).toBe('pass');
  });
});

describe('a claim about what must not come', () => {
  it('passes after a watched silence over something that is there', () => {
    const script = begun().add(waiting('a')).wait(60_000).confirm().finish(P.tried).completed();
    expect(judged(silent, script).outcome).toBe('pass');
  });

  it('fails at the first thing that comes, also in a phase that was never ended', () => {
    const script = begun().add(waiting('a')).wait(100).modify(on('a', 'Pending'));
    expect(judged(silent, script.end({ how: 'aborted', class: 'interrupted' }))).toMatchObject({ outcome: 'fail' });
  });

  it('shows nothing of what was never there', () => {
    const script = begun().wait(60_000).confirm().finish(P.tried).completed();
    expect(judged(silent, script)).toMatchObject({ outcome: 'inconclusive', class: 'environment' });
    // The Job was: a solution that makes no pods before it admits them is silent in the right way.
    const held = begun().add(job).wait(60_000).confirm().finish(P.tried).completed();
    expect(judged(silent, held).outcome).toBe('pass');
  });

  it('cannot be known when the watch had a gap, was restarted, or the silence was too short', () => {
    const gap = begun().add(waiting('a')).wait(60_000).confirm().gap('v1/Pod', 5000).finish(P.tried).completed();
    expect(judged(silent, gap).outcome).toBe('inconclusive');
    const unwatched = new ScriptedTimeline().begin(P.tried).add(waiting('a')).wait(60_000).finish(P.tried).completed();
    expect(judged(silent, unwatched).outcome).toBe('inconclusive');
    const short = begun().add(waiting('a')).wait(59_000).confirm().finish(P.tried).completed();
    expect(judged(silent, short).message).toContain('instead of 60 s');
  });

  it('lasts five times as long as its control took', () => {
    const quick = eventually(GANG, all(running, 1), { phase: P.freed, within: '4m' }, 'it runs when it may');
    const long = never(GANG, bound, { phase: P.tried, lasting: longerThan(quick) }, 'nothing is bound');
    const script = (ms: number): ScriptedTimeline =>
      begun()
        .add(waiting('a'))
        .wait(80_000)
        .confirm()
        .finish(P.tried)
        .wait(ms)
        .modify(on('a', 'Running'))
        .finish(P.freed)
        .completed();
    expect(judged(long, script(16_000)).outcome).toBe('pass');
    expect(judged(long, script(17_000)).message).toContain('instead of 85 s');
  });
});

describe('always', () => {
  const whole = always(
    GANG,
    all(bound, 2),
    { phase: P.tried, lasting: '10s', settle: '5s' },
    'the gang is bound as a whole',
  );
  it('passes, fails by a long break, and shows nothing of what was never there', () => {
    const script = (ms: number): ScriptedTimeline =>
      begun().add(on('a', 'Running')).wait(ms).add(on('b', 'Running')).wait(10_000).finish(P.tried).completed();
    expect(judged(whole, script(4000)).outcome).toBe('pass');
    expect(judged(whole, script(6000)).outcome).toBe('fail');
    const none = always(GANG, () => true, { phase: P.tried, lasting: '10s' }, 'anything');
    expect(judged(none, begun().wait(10_000).finish(P.tried).completed()).outcome).toBe('inconclusive');
    expect(judged(whole, script(1000).gap('v1/Pod', 3000)).outcome).toBe('inconclusive');
  });
});

describe('answers', () => {
  const taken = answers({ name: 'submit' }, created, { otherwise: 'it was refused' }, 'the gang is accepted');
  it('passes, fails, and cannot be known without an answer that says something', () => {
    const script = (status?: number) => (status === undefined ? begun() : begun().answer({ name: 'submit', status }));
    expect(judged(taken, script(201).completed()).outcome).toBe('pass');
    expect(judged(taken, script(422).completed()).outcome).toBe('fail');
    expect(judged(taken, script(429).completed()).outcome).toBe('inconclusive');
    expect(judged(taken, script().completed()).outcome).toBe('inconclusive');
  });
});

describe('phases', () => {
  it('share a mark where one ends and another begins', () => {
    const script = begun().finish(P.tried).begin(P.freed).wait(10).finish(P.freed);
    const marks = script.timeline().marks();
    expect(marks.map(({ name, begins, ends }) => [name, begins, ends])).toEqual([
      ['gang created', ['tried'], []],
      ['release', ['freed'], ['tried']],
      ['released', [], ['freed']],
    ]);
    expect(script.timeline().during(P.freed)).toMatchObject({ from: 0, to: 10, closed: true });
  });
});
