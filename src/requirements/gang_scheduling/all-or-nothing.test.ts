import { describe, expect, it } from 'vitest';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { allOrNothing, P } from './all-or-nothing.ts';
import { kueue } from './kueue.ts';
import { type Solution, solutionOf } from './solutions.ts';
import { groupKind, groupObject, KUEUE, member, NATIVE, SLOTS } from './testing/gang-story.ts';

interface Story {
  readonly solution?: Solution;
  /** Status of the answer to the gang that fits. */
  readonly accepted?: number;
  /** The API server's words with it. */
  readonly said?: string;
  /** The gang that fits runs; `apart`: never both at once. */
  readonly fits?: boolean | 'apart';
  /** Its members succeed. */
  readonly meets?: boolean;
  /** Ordinary pods that are bound with one slot taken. */
  readonly control?: number;
  /** Size by which the solution holds the gangs; 0: it does not know them. */
  readonly held?: number;
  /** Kueue admitted by a topology, or by quota alone. */
  readonly topology?: boolean;
  /** The pods carry their membership. */
  readonly belongs?: boolean;
  /** Pods of the waiting gang that exist, and how many of them are bound before the release. */
  readonly exist?: number;
  readonly placed?: number;
  readonly releases?: boolean;
  readonly seconds?: number;
  readonly gap?: boolean;
  /** What holds the slot: it stays, or it is told to end while the gang waits. */
  readonly blocker?: 'stays' | 'is evicted';
}

/** What Kueue's webhook for Jobs said when its integration with Jobs was off. */
const PANIC =
  'admission webhook "mjob.kb.io" denied the request: panic: runtime error: invalid memory address or nil pointer dereference [recovered]';

/** What would have been recorded on two slots. */
function told(story: Story = {}): string {
  const { solution = NATIVE, accepted = 201, fits = true, meets = true, control = 2, held = 2, belongs = true } = story;
  const { topology = true, exist = 2, placed = 0, releases = true, seconds = 60, gap = false } = story;
  const params = { solution, slots: SLOTS };
  const script = new ScriptedTimeline({ params }).watch('v1/Pod').watch(groupKind(solution));
  const is = (belongs: boolean, group: string, more: object) => ({ group, ...more, ...(belongs ? { of: group } : {}) });
  // Members of native gang scheduling name their PodGroup.
  const own = belongs && solution === NATIVE;
  const submitted = (group: 'fits' | 'waits'): void => {
    script.answer({
      name: `submit gang ${group}`,
      status: group === 'fits' ? accepted : 201,
      ...(story.said === undefined ? {} : { said: story.said }),
    });
    if (held > 0) script.add(groupObject(solution, group, held, topology));
    script.begin(P[group]).wait(100);
  };
  const both = (group: string, phase: string): void => {
    for (const name of ['a', 'b']) script.modify(member(`${group}-${name}`, is(own, group, { node: 'n1', phase })));
  };
  if (solutionOf(solution).prepare !== undefined) script.answer({ name: 'prepare', status: 201 });

  const ordinary = ['control-0', 'control-1', 'control-2'].map((name, index) => {
    const bound = index < control;
    return member(name, { group: 'control', ...(bound ? { node: 'n1', phase: 'Running' } : { unschedulable: true }) });
  });
  for (const pod of ordinary) script.add(pod);
  script.begin(P.control).wait(300).finish(P.control);
  for (const pod of ordinary) script.remove(pod);

  submitted('fits');
  if (accepted !== 201) return resultOf(allOrNothing, script.end({ how: 'aborted', class: 'environment' }));
  if (fits !== false) for (const name of ['a', 'b']) script.add(member(`fits-${name}`, is(own, 'fits', {})));
  if (fits === true) both('fits', 'Running');
  if (fits === 'apart') {
    script.modify(member('fits-a', is(own, 'fits', { node: 'n1', phase: 'Running' }))).wait(1000);
    script.modify(member('fits-a', is(own, 'fits', { node: 'n1', phase: 'Failed' })));
    script.modify(member('fits-b', is(own, 'fits', { node: 'n1', phase: 'Running' })));
  }
  if (fits !== true) {
    script.wait(240_000).confirm();
    script.waited({
      target: { of: 'v1/Pod', group: 'fits' },
      condition: '2 × running',
      how: 'timed-out',
      within: 240_000,
    });
    return resultOf(allOrNothing, script.end({ how: 'aborted', class: 'environment' }));
  }
  script.finish(P.starts).wait(5000);
  both('fits', meets ? 'Succeeded' : 'Failed');
  script.finish(P.fits);

  if (story.blocker !== undefined) script.add(member('blocker', { group: 'blocker', node: 'n1', phase: 'Running' }));
  submitted('waits');
  if (story.blocker === 'is evicted') {
    const held = member('blocker', { group: 'blocker', node: 'n1', phase: 'Running' });
    script.modify({ ...held, metadata: { ...held.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  }
  for (const [index, name] of ['a', 'b'].slice(0, exist).entries())
    script.add(member(`waits-${name}`, is(own, 'waits', index < placed ? { node: 'n1' } : {})));
  script.wait(seconds * 1000).confirm();
  if (gap) script.gap('v1/Pod', 10_000);
  script.finish(P.waits).wait(2000);
  if (exist === 0) for (const name of ['a', 'b']) script.add(member(`waits-${name}`, is(own, 'waits', {})));
  if (releases) {
    both('waits', 'Running');
    return resultOf(allOrNothing, script.finish(P.freed).completed());
  }
  script.wait(240_000).confirm();
  script.waited({
    target: { of: 'v1/Pod', group: 'waits' },
    condition: '2 × running',
    how: 'timed-out',
    within: 240_000,
  });
  return resultOf(allOrNothing, script.end({ how: 'aborted', class: 'environment' }));
}

describe('all or nothing', () => {
  it.each([
    ['native gang scheduling', { solution: NATIVE }],
    ['Kueue, which makes no pods before it admits them', { solution: KUEUE, exist: 0 }],
    ['Kueue that gives out quota only, whatever happens beyond it', { solution: KUEUE, topology: false, placed: 1 }],
  ])('passes with %s', (_name, story) => {
    expect(told(story)).toBe('pass');
  });

  it.each([
    ['M1 a part of the gang is placed', { placed: 1 }, 'bound without the rest'],
    ['M1 a part is placed by Kueue', { solution: KUEUE, placed: 1 }, 'bound without the rest'],
    [
      'M1 a part is placed beside what holds the slot',
      { placed: 1, blocker: 'stays' as const },
      'bound without the rest',
    ],
    ['M2 the queue is bypassed', { solution: KUEUE, held: 0, placed: 1 }, 'never took gang fits over'],
    ['M3 nothing is ever released', { releases: false }, 'did not run although there was room'],
    [
      'M3 a suspended gang stays suspended',
      { solution: KUEUE, releases: false },
      'did not run although there was room',
    ],
    ['M4 the group is stored as one of 1', { held: 1 }, 'does not ask for all 2 pods'],
    ['M4 Kueue holds one pod only', { solution: KUEUE, held: 1 }, 'a workload of 1 pods'],
    ['M7 the members never run together', { fits: 'apart' as const }, 'did not run'],
    ['M9 no scheduler takes the pods', { fits: false }, 'did not run'],
    ['M10 the gate is off and the field dropped', { belongs: false }, 'the API server dropped spec.schedulingGroup'],
    ['M11 the controller is down', { solution: KUEUE, held: 0, fits: false }, 'did not run'],
    ['M11 the webhook is down', { solution: KUEUE, accepted: 500 }, 'gang fits was refused'],
    ['M11 its own webhook panics', { solution: KUEUE, accepted: 500, said: PANIC }, 'gang fits was refused'],
  ])('fails: %s', (_name, story, why) => {
    const said = told(story);
    expect(said).toMatch(/^fail/);
    expect(said).toContain(why);
  });

  it.each([
    ['all ordinary pods found room', { control: 3 }, 'not exactly 2 were placed'],
    ['there was less room than the node says', { control: 1 }, 'not exactly 2 were placed'],
    ['no ordinary pod found room', { control: 0 }, 'not exactly 2 were placed'],
    ['the watch had a gap while the gang waited', { gap: true }, 'cannot be claimed'],
    ['the gang was watched for half a minute only', { seconds: 30 }, 'instead of 60 s'],
    ['the members ran together and did not reach each other', { meets: false }, 'not all members succeeded'],
    ['the whole gang found room that somebody gave back', { placed: 2 }, 'somebody else gave room back'],
    [
      'what held the slot was evicted while the gang waited',
      { solution: KUEUE, placed: 1, blocker: 'is evicted' as const },
      'had been told to end before',
    ],
    ['may not create gangs', { accepted: 401 }, '401'],
    [
      'a webhook of something else breaks',
      { accepted: 500, said: PANIC },
      'the admission webhook mjob.kb.io, which is no part of what is on trial, refuses "submit gang fits"',
    ],
  ])('cannot know when %s', (_name, story, why) => {
    const said = told(story);
    expect(said).toMatch(/^inconclusive/);
    expect(said).toContain(why);
  });
});

describe('a policy of the organisation that refuses the gang', () => {
  it('says nothing about gang scheduling', () => {
    const said = `jobs.batch "fits" is forbidden: ValidatingAdmissionPolicy 'labels' with binding 'labels' denied request: a team is wanted`;
    expect(told({ accepted: 422, said, fits: false })).toMatch(/^inconclusive \(environment\): .*labels/);
  });
});

describe('a Kueue that gives out quota only', () => {
  const said = (...conditions: object[]): string | undefined => {
    const workload = groupObject(KUEUE, 'waits', 2, false);
    const status = { ...(workload['status'] as object), conditions };
    const script = new ScriptedTimeline().watch(`${KUEUE.api}/Workload`).add({ ...workload, status });
    return kueue.takesBack?.(script.timeline(), KUEUE, 'waits')?.said;
  };

  it('is asked whether it takes back a gang that does not become ready', () => {
    expect(said()).toBe('waitForPodsReady was not seen to be on');
    expect(said({ type: 'PodsReady', status: 'False' })).toMatch(/^waitForPodsReady is on/);
    expect(said({ type: 'Evicted', status: 'True', reason: 'PodsReadyTimeout' })).toMatch(/^Kueue took the gang back/);
    expect(said({ type: 'Evicted', status: 'True', reason: 'Preempted' })).toBe(
      'waitForPodsReady was not seen to be on',
    );
  });
});
