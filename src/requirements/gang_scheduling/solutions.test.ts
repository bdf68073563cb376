import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Facts, type Instance, seen, text } from '../../case-kit/index.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { allOrNothing, P } from './all-or-nothing.ts';
import type { GangParams } from './instances.ts';
import { gangJob, ordinaryPod } from './slots.ts';
import { type GangSolution, noSolution, SOLUTIONS } from './solutions.ts';
import { groupObject, member, SLOTS } from './testing/gang-story.ts';

/** A scheduler that nobody has: what somebody writes who brings their own. */
const flotilla: GangSolution = {
  id: 'flotilla',
  inventoryId: 'flotilla',
  title: 'Flotilla',
  served: (resources) =>
    resources.find('flotilla.example.com/v1/Fleet') === undefined
      ? undefined
      : { id: 'flotilla', api: 'flotilla.example.com/v1' },
  needs: ({ api }) => ({ creates: [`${api}/Fleet`] }),
  async submit(bench, { api }, { name, size, script, room }) {
    await bench.create({ apiVersion: api, kind: 'Fleet', metadata: { name }, spec: { ships: size } }, { group: name });
    const job = { name, size, script, slots: room.slots, podAnnotations: { 'flotilla.example.com/fleet': name } };
    return bench.create(gangJob(bench, { ...job, podSpec: { schedulerName: 'flotilla' } }), { group: name });
  },
  holdSlot: (bench, _solution, { slots }) => bench.create(ordinaryPod(bench, 'blocker', slots), { group: 'blocker' }),
  owned: ({ api }, { name, size }, phase) => [
    seen(
      { of: `${api}/Fleet`, group: name },
      function whole(fleet) {
        return text(fleet, 'status.ships') === String(size) || 'not all ships are known';
      },
      { phase, otherwise: `Flotilla does not know fleet ${name} with all of its ships` },
      `Flotilla knows fleet ${name} with ${size} ships`,
    ),
  ],
  sample: ({ api }, name, size) => ({
    apiVersion: api,
    kind: 'Fleet',
    metadata: { name },
    status: { ships: String(size) },
  }),
};

const facts = (served: boolean): Facts =>
  ({
    resources: { find: (kind: unknown) => (served && kind === 'flotilla.example.com/v1/Fleet' ? {} : undefined) },
    inventory: {
      nodes: [{ name: 'a', candidate: true, labels: {}, tolerations: [], free: { cpu: 2, pods: 100 } }],
      accelerators: [],
      solutions: [],
    },
  }) as unknown as Facts;

describe('a gang scheduling solution that is added by a module and a line in the registry', () => {
  beforeAll(() => void SOLUTIONS.push(flotilla));
  afterAll(() => void SOLUTIONS.splice(SOLUTIONS.indexOf(flotilla), 1));

  it('is planned where it is served, and named where none is', () => {
    const [planned] = allOrNothing.plan(facts(true)) as Instance<GangParams>[];
    expect(planned).toMatchObject({ variant: 'flotilla', alternative: 'flotilla' });
    expect(planned?.needs.creates).toContain('flotilla.example.com/v1/Fleet');
    expect(allOrNothing.plan(facts(false))).toMatchObject({ outcome: 'inconclusive', class: 'not-found' });
    expect(noSolution(facts(false))).toMatchObject({ message: expect.stringContaining('Flotilla') as string });
  });

  const told = (size: number, placed: number): string => {
    const solution = { id: 'flotilla', api: 'flotilla.example.com/v1' };
    const script = new ScriptedTimeline({ params: { solution, slots: SLOTS } })
      .watch('v1/Pod')
      .watch('flotilla.example.com/v1/Fleet');
    const names = ['a', 'b', 'c'];
    for (const [index, name] of names.entries())
      script.add(
        member(`control-${name}`, { group: 'control', ...(index < 2 ? { node: 'n1' } : { unschedulable: true }) }),
      );
    script.begin(P.control).wait(10).finish(P.control);
    for (const group of ['fits', 'waits'] as const) {
      script
        .answer({ name: `submit gang ${group}` })
        .add(groupObject(solution, group, size))
        .begin(P[group]);
      if (group === 'waits') {
        for (const name of ['a', 'b'].slice(0, placed)) script.add(member(`waits-${name}`, { group, node: 'n1' }));
        script.wait(60_000).confirm().finish(P.waits);
      }
      for (const phase of ['Running', 'Succeeded'])
        for (const name of ['a', 'b']) script.modify(member(`${group}-${name}`, { group, node: 'n1', phase }));
      if (group === 'fits') script.finish(P.starts).finish(P.fits);
    }
    return resultOf(allOrNothing, script.finish(P.freed).completed());
  };

  it('passes, fails by a partial placement, and fails when it does not know the gang as a whole', () => {
    expect(told(2, 0)).toBe('pass');
    expect(told(2, 1)).toMatch(/^fail: .*bound without the rest/);
    expect(told(1, 0)).toMatch(/^fail: .*does not know fleet fits/);
  });
});
