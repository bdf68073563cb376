import { describe, expect, it } from 'vitest';
import { type Finding, fails, passes, remark, undecided } from '../findings/finding.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import type { Timeline } from '../timeline/question.ts';
import { timelineOf } from '../timeline/recorded-timeline.ts';
import { type CaseResult, judgeCase } from './judge-case.ts';

const completed = new ScriptedTimeline().mark('a').completed().timeline();
const good = passes('it works', 'it did', [1]);

function result(
  findings: readonly Finding[],
  timeline: Timeline = completed,
  bar: 'official' | 'behaviour' = 'behaviour',
): CaseResult {
  return judgeCase({ id: 'x/y', bar, judge: () => findings }, timeline);
}

describe('judgeCase', () => {
  const aborted = new ScriptedTimeline()
    .mark('a')
    .end({ how: 'aborted', class: 'interrupted', message: 'Ctrl-C' })
    .timeline();

  it('passes by what was claimed', () => {
    expect(result([good, remark('by the way', 'quota only', [2])])).toMatchObject({
      outcome: 'pass',
      because: 'it works',
    });
  });

  it('fails by any fail', () => {
    const findings = [good, undecided('capacity', 'b', 'c', []), fails('it is safe', 'it leaked', [2], 'mend it')];
    expect(result(findings)).toMatchObject({ outcome: 'fail', because: 'it is safe: it leaked', remedy: 'mend it' });
  });

  it('is inconclusive by the most urgent class', () => {
    const findings = [
      good,
      undecided('capacity', 'a', 'too small', [1]),
      undecided('permission', 'b', 'may not', [1], 'grant'),
    ];
    expect(result(findings)).toMatchObject({
      outcome: 'inconclusive',
      class: 'permission',
      because: 'b: may not',
      remedy: 'grant',
    });
  });

  it('is explained by a reason, not by what only follows from it, however urgent', () => {
    const reason = undecided('environment', 'it is collected', 'nothing was collected', [1], 'collect it');
    const follows = { ...undecided('interrupted', 'it scales', 'not tried', []), follows: true as const };
    expect(result([follows, reason])).toMatchObject({
      class: 'environment',
      because: 'it is collected: nothing was collected',
      remedy: 'collect it',
    });
    expect(result([follows])).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
    expect(result([good, follows]).outcome).toBe('inconclusive');
    expect(result([reason, follows], aborted)).toMatchObject({ class: 'interrupted' });
  });

  it.each([
    ['says nothing', []],
    ['only informs', [remark('a', 'b', [1])]],
    ['passes without evidence', [passes('a', 'b', [])]],
    ['cites evidence that is not there', [passes('a', 'b', [99])]],
  ])('never passes a judge that %s', (_name, findings) => {
    expect(result(findings)).toMatchObject({ outcome: 'inconclusive', class: 'ours' });
  });

  it('never passes a judge that throws', () => {
    const judge = { id: 'x/y', bar: 'official' as const, judge: () => JSON.parse('{') as Finding[] };
    expect(judgeCase(judge, completed)).toMatchObject({
      outcome: 'inconclusive',
      official: 'inconclusive',
      class: 'ours',
    });
  });

  it.each([
    ['was aborted', aborted],
    ['has no end', new ScriptedTimeline().mark('a').timeline()],
    ['has half a last line', timelineOf(completed.entries, { truncated: true })],
  ])('turns a would-be pass into inconclusive when the act %s', (_name, timeline) => {
    expect(result([good], timeline)).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
    expect(result([good, fails('a', 'b', [1])], timeline).outcome).toBe('fail');
  });

  it('takes the word of the plan when nothing was run, never as a pass', () => {
    const notRun = (outcome: 'pass' | 'not-applicable'): Timeline =>
      new ScriptedTimeline().end({ how: 'not-run', outcome, message: 'no driver' }).timeline();
    expect(result([good], notRun('not-applicable'), 'official')).toMatchObject({
      outcome: 'not-applicable',
      official: 'not-applicable',
      because: 'no driver',
    });
    expect(result([good], notRun('pass')).outcome).toBe('inconclusive');
  });

  it('leaves a finding of the behaviour bar out of the official result', () => {
    const leak = { ...fails('no bypass', 'a bypass', [1]), bar: 'behaviour' as const };
    expect(result([good, leak], completed, 'official')).toMatchObject({ outcome: 'fail', official: 'pass' });
    expect(result([good, leak], completed, 'behaviour')).not.toHaveProperty('official');
  });
});
