import { describe, expect, it } from 'vitest';
import { bound } from '../pod-conditions.ts';
import type { RecordedObject } from '../recorded-object.ts';
import { pod } from '../testing/pod.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';
import { named } from '../timeline/condition.ts';
import { expectAlways } from './expect-always.ts';

const words = { claim: 'a gang is bound whole or not at all', otherwise: 'half a gang held its place' };
const allOrNothing = named('bound whole or not at all', (pods: readonly RecordedObject[]) => {
  const count = pods.filter((one) => bound(one) === true).length;
  return count === 0 || count === 2 ? true : `${count} of 2 bound`;
});
const on = (name: string, node?: string): RecordedObject =>
  pod(name, { group: 'gang', ...(node === undefined ? {} : { node }) });
const begun = (): ScriptedTimeline => new ScriptedTimeline().watch('v1/Pod').mark('start').add(on('a')).add(on('b'));

function judge(script: ScriptedTimeline, settle?: '10s'): ReturnType<typeof expectAlways> {
  const timeline = script.timeline();
  return expectAlways(timeline.pods({ group: 'gang' }), allOrNothing, timeline.after('start'), {
    ...words,
    ...(settle === undefined ? {} : { settle }),
  });
}

describe('expectAlways', () => {
  it('allows a short break and no long one', () => {
    const script = (ms: number): ScriptedTimeline =>
      begun().modify(on('a', 'n1')).wait(ms).modify(on('b', 'n2')).wait(1000).completed();
    expect(judge(script(9000), '10s')).toMatchObject({ outcome: 'pass' });
    expect(judge(script(11_000), '10s')).toMatchObject({ outcome: 'fail' });
    expect(judge(script(11_000), '10s').message).toBe('half a gang held its place: 1 of 2 bound at +0 ms for 11 s');
    expect(judge(script(1)).outcome).toBe('fail');
  });

  it('is undecided when the window ends inside a break that may still be allowed', () => {
    const cut = begun().modify(on('a', 'n1')).wait(3000).confirm().end({ how: 'aborted', class: 'interrupted' });
    expect(judge(cut, '10s')).toMatchObject({ outcome: 'inconclusive', class: 'interrupted' });
  });

  it('is undecided when a gap hides how long a break was, or whether there was one', () => {
    const long = begun()
      .modify(on('a', 'n1'))
      .wait(20_000)
      .gap('v1/Pod', 15_000)
      .modify(on('b', 'n1'), { source: 'relist' });
    expect(judge(long.completed(), '10s').outcome).toBe('inconclusive');
    expect(judge(begun().wait(20_000).gap('v1/Pod', 15_000).completed(), '10s').outcome).toBe('inconclusive');
  });

  it('takes what one list delivers for one moment', () => {
    const script = begun()
      .wait(1000)
      .gap('v1/Pod', 1)
      .modify(on('a', 'n1'), { source: 'relist' })
      .modify(on('b', 'n2'), { source: 'relist' })
      .completed();
    // Inconclusive because of the gap, but not a fail because of the order in which the list named them.
    expect(judge(script).outcome).toBe('inconclusive');
  });
});
