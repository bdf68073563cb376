import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { groupObject, member, NATIVE, SLOTS } from './testing/gang-story.ts';
import { P, twoGangs } from './two-gangs.ts';

const params = { solution: NATIVE, slots: SLOTS };

/** Both gangs of two are there; what happens then is told by the test. */
function begun(): ScriptedTimeline {
  const script = new ScriptedTimeline({ params }).watch('v1/Pod').watch(`${NATIVE.api}/PodGroup`);
  for (const group of ['first', 'second'] as const) {
    script.answer({ name: `submit gang ${group}`, status: 201 }).add(groupObject(NATIVE, group, 2));
    for (const name of ['a', 'b']) script.add(member(`${group}-${name}`, { group, of: group }));
    script.begin(P[group]);
  }
  return script.wait(100);
}

function moves(script: ScriptedTimeline, group: string, names: string, is: { node?: string; phase?: string }): void {
  for (const name of names) script.modify(member(`${group}-${name}`, { group, of: group, ...is }));
}

function runsThrough(script: ScriptedTimeline, group: string, between = 500): void {
  moves(script, group, 'a', { node: 'n1' });
  script.wait(between);
  moves(script, group, 'b', { node: 'n1' });
  moves(script, group, 'ab', { node: 'n1', phase: 'Running' });
  script.wait(20_000);
  moves(script, group, 'ab', { node: 'n1', phase: 'Succeeded' });
}

describe('two gangs', () => {
  it('passes when one runs after the other', () => {
    const script = begun();
    runsThrough(script, 'second');
    runsThrough(script, 'first');
    expect(resultOf(twoGangs, script.finish(P.first).completed())).toBe('pass');
  });

  it('fails: M5 each holds half of the room, and neither completes', () => {
    const script = begun();
    for (const group of ['first', 'second']) moves(script, group, 'a', { node: 'n1', phase: 'Running' });
    script.wait(360_000);
    for (const group of ['first', 'second'])
      script.waited({ target: { of: 'v1/Pod', group }, condition: '2 × succeeded', how: 'timed-out', within: 360_000 });
    const said = resultOf(twoGangs, script.finish(P.first).completed());
    expect(said).toMatch(/^fail: .*gang first was placed in part: 1 of 2 bound/);
    expect(said).toContain('gang second was placed in part');
    expect(said).toContain('gang first did not complete');
  });

  it('fails: a gang is placed in part for longer than binding takes, although both complete', () => {
    const script = begun();
    runsThrough(script, 'first', 15_000);
    runsThrough(script, 'second');
    expect(resultOf(twoGangs, script.finish(P.first).completed())).toMatch(/^fail: .*placed in part/);
  });

  it('fails: M8 a part of a running gang is removed for the other one', () => {
    const script = begun();
    moves(script, 'first', 'ab', { node: 'n1', phase: 'Running' });
    script
      .wait(5000)
      .remove(member('first-b', { group: 'first', of: 'first', node: 'n1' }))
      .wait(15_000);
    moves(script, 'first', 'a', { node: 'n1', phase: 'Succeeded' });
    runsThrough(script, 'second');
    const said = resultOf(twoGangs, script.finish(P.first).completed());
    expect(said).toMatch(/^fail: .*gang first was placed in part/);
  });

  it('cannot know when pods that were deleted still hold the room for the rest of the gang', () => {
    const story = (endsAfter: number): string => {
      const script = begun();
      moves(script, 'first', 'ab', { node: 'n1', phase: 'Running' });
      const old = member('first-b', { group: 'first', of: 'first', node: 'n1', phase: 'Running' });
      const ending = { ...old, metadata: { ...old.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
      script
        .remove(member('first-a', { group: 'first', of: 'first', node: 'n1' }))
        .modify(ending)
        .wait(100);
      moves(script, 'second', 'a', { node: 'n1', phase: 'Running' });
      script
        .wait(endsAfter)
        .remove(ending)
        .wait(16_000 - endsAfter);
      moves(script, 'second', 'b', { node: 'n1', phase: 'Running' });
      script.wait(20_000);
      moves(script, 'second', 'ab', { node: 'n1', phase: 'Succeeded' });
      for (const name of ['c', 'd']) script.add(member(`first-${name}`, { group: 'first', of: 'first' }));
      moves(script, 'first', 'cd', { node: 'n1', phase: 'Succeeded' });
      return resultOf(twoGangs, script.finish(P.first).completed());
    };
    expect(story(15_000)).toMatch(/^inconclusive \(environment\): .*still held their slots/);
    expect(story(2_000)).toMatch(/^fail: .*gang second was placed in part/);
  });

  it('cannot know what was placed while the watch had a gap', () => {
    const script = begun();
    runsThrough(script, 'first');
    runsThrough(script, 'second');
    script.gap('v1/Pod', 15_000);
    expect(resultOf(twoGangs, script.finish(P.first).completed())).toMatch(/^inconclusive/);
  });
});
