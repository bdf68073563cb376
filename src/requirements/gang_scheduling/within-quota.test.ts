import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { groupObject, KUEUE, member, SLOTS } from './testing/gang-story.ts';
import { P, withinQuota } from './within-quota.ts';

const params = { solution: KUEUE, slots: { ...SLOTS, count: 3 } };

function told(
  story: { over?: number; releases?: boolean; fits?: boolean; held?: number; seconds?: number } = {},
): string {
  const { over = 0, releases = true, fits = true, held = 3, seconds = 60 } = story;
  const script = new ScriptedTimeline({ params }).watch('v1/Pod').watch(`${KUEUE.api}/Workload`);
  script.answer({ name: 'prepare', status: 201 }).answer({ name: 'submit gang fits', status: 201 });
  script.begin(P.fits).wait(200);
  if (!fits) {
    script.wait(240_000).confirm();
    script.waited({
      target: { of: 'v1/Pod', group: 'fits' },
      condition: '2 × bound',
      how: 'timed-out',
      within: 240_000,
    });
    return resultOf(withinQuota, script.end({ how: 'aborted', class: 'environment' }));
  }
  for (const name of ['a', 'b']) script.add(member(`fits-${name}`, { group: 'fits', node: 'n1', phase: 'Succeeded' }));
  script.finish(P.fits).answer({ name: 'submit gang waits', status: 201 });
  if (held > 0) script.add(groupObject(KUEUE, 'waits', held, false));
  script.begin(P.waits);
  const names = ['a', 'b', 'c'];
  for (const name of names.slice(0, over)) script.add(member(`waits-${name}`, { group: 'waits', node: 'n1' }));
  script
    .wait(seconds * 1000)
    .confirm()
    .finish(P.waits)
    .wait(1000);
  if (releases) {
    for (const name of names) script.modify(member(`waits-${name}`, { group: 'waits', node: 'n1', phase: 'Running' }));
    return resultOf(withinQuota, script.finish(P.freed).completed());
  }
  script.wait(240_000).confirm();
  script.waited({
    target: { of: 'v1/Pod', group: 'waits' },
    condition: '3 × running',
    how: 'timed-out',
    within: 240_000,
  });
  return resultOf(withinQuota, script.end({ how: 'aborted', class: 'environment' }));
}

describe('within quota', () => {
  it('passes when the gang waits for quota and then runs', () => {
    expect(told()).toBe('pass');
  });

  it.each([
    ['M6 quota is not enforced', { over: 3 }, 'beyond the quota were bound'],
    ['M1 as many as the quota allows are placed', { over: 2 }, 'beyond the quota were bound'],
    ['M2 the gang is unknown to the queue', { held: 0 }, 'never took gang waits over'],
    ['M3 raising the quota changes nothing', { releases: false }, 'although the quota was raised'],
    ['M11 nothing is ever admitted', { fits: false }, 'was not placed'],
  ])('fails: %s', (_name, story, why) => {
    const said = told(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it('cannot know from half a minute of silence', () => {
    expect(told({ seconds: 30 })).toMatch(/^inconclusive \(environment\): .*watched for 30 s instead of 60 s/);
  });
});
