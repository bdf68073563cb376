import {
  all,
  type Bench,
  bound,
  defineCase,
  expectEventually,
  expectNever,
  firstMoment,
  type Instance,
  type NotRunInstance,
  negativeWindow,
  running,
  succeeded,
} from '../../case-kit/index.ts';
import type { Room, Solution } from './adapter.ts';
import { adapterOf, noSolution, solutionsOf } from './adapters.ts';
import { type GangParams, instance, needsOf } from './instances.ts';
import { HOLD } from './member.ts';
import type { Slots } from './slots.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

const SIZE = 3;
const START = '4m';
const WAIT = { why: 'nothing of the gang may start', least: negativeWindow(0) };

/**
 * N2, with its release: in a queue with quota for two, a gang of two runs (control, by a resource of its own, so that both can be
 * tried at once) and one of three starts nothing; with quota for three it runs as a whole. The pods ask for next to nothing: nodes have room for all of them all the time.
 */
export const withinQuota = defineCase<GangParams>({
  id: 'gang_scheduling/within-quota',
  title: 'A gang larger than the quota of its queue starts no pod, and all of them when the quota is raised',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '15m' },

  plan(facts) {
    const solutions = solutionsOf(facts);
    if (solutions.length === 0) return noSolution(facts);
    const node = facts.inventory.nodes
      .filter((one) => one.candidate)
      .sort((a, b) => (b.free['cpu'] ?? 0) - (a.free['cpu'] ?? 0))[0];
    if (node === undefined)
      return {
        outcome: 'inconclusive',
        class: 'capacity',
        message: 'no node takes pods',
        remedy: 'Add a Linux node that is Ready and not cordoned.',
      };
    const slots: Slots = {
      place: { node: node.name, tolerations: node.tolerations },
      hostname: node.labels['kubernetes.io/hostname'] ?? node.name,
      kind: 'share',
      resource: 'cpu',
      amount: '5m',
      count: SIZE,
    };
    const beside: Slots = { ...slots, resource: 'memory', amount: '1Mi' };
    return solutions.map((solution): Instance<GangParams> | NotRunInstance => {
      const adapter = adapterOf(solution);
      if (adapter.raiseQuota === undefined) {
        const message = `${adapter.title} has no quota: it places gangs by the room on nodes`;
        return { variant: solution.id, alternative: solution.id, notRun: { outcome: 'not-applicable', message } };
      }
      return { ...instance(solution, slots, beside), needs: needsOf(solution, {}, WAIT) };
    });
  },

  async act(bench, { solution, slots, beside }) {
    const room: Room = { slots, quota: SIZE - 1, physical: false };
    const small: Room = { ...room, slots: beside ?? slots };
    const queue = await prepare(bench, solution, [room, ...(beside === undefined ? [] : [small])]);
    const [t] = await Promise.all([runWithin(bench, solution, small), waitBeyond(bench, solution, room)]);
    const rest = negativeWindow(t) - bench.since('waits created');
    if (rest > 0) await bench.quiet(bench.pods({ group: 'waits' }), { during: rest, unless: bound });
    bench.mark('release');
    const raised = [{ ...room, quota: SIZE }, ...(beside === undefined ? [] : [small])];
    if (queue !== undefined) await adapterOf(solution).raiseQuota?.(bench, queue, raised);
    await bench.until(bench.pods({ group: 'waits' }), all(running, SIZE), { within: START });
    bench.mark('released');
  },

  judge(timeline, { solution }) {
    const adapter = adapterOf(solution);
    const fits = timeline.pods({ group: 'fits' });
    const waits = timeline.pods({ group: 'waits' });
    const began = timeline.between('fits created', 'fits over');
    const t = firstMoment(fits, all(bound, SIZE - 1), began)?.after ?? 0;
    return [
      ...prepared(timeline, solution),
      accepted(timeline, solution, 'fits'),
      expectEventually(fits, all(bound, SIZE - 1), timeline.after('fits created'), {
        claim: 'a gang within the quota is placed (control)',
        otherwise: 'a gang within the quota was not placed',
      }),
      accepted(timeline, solution, 'waits'),
      ...adapter.owned(timeline, solution, { name: 'waits', size: SIZE }, timeline.between('waits created', 'release')),
      expectNever(waits, bound, timeline.between('waits created', 'release'), {
        claim: 'no pod of a gang beyond the quota is bound',
        otherwise: 'pods of a gang beyond the quota were bound',
        lasting: negativeWindow(t),
      }),
      expectEventually(waits, all(running, SIZE), timeline.after('release'), {
        claim: 'the whole gang runs once the quota is raised',
        otherwise: 'the gang did not run although the quota was raised for all of it',
      }),
    ];
  },
});

/** A gang as large as the quota of its own resource. Answers how long it took to be placed. */
async function runWithin(bench: Bench, solution: Solution, room: Room): Promise<number> {
  await submit(bench, solution, { name: 'fits', size: SIZE - 1, room, script: 'exit 0' });
  await bench.until(bench.pods({ group: 'fits' }), all(bound, SIZE - 1), { within: START });
  const t = bench.since('fits created');
  await bench.until(bench.pods({ group: 'fits' }), all(succeeded, SIZE - 1), { within: START });
  bench.mark('fits over');
  return t;
}

/** A gang larger than the quota of its resource, which nobody else uses. */
async function waitBeyond(bench: Bench, solution: Solution, room: Room): Promise<void> {
  await submit(bench, solution, { name: 'waits', size: SIZE, room, script: HOLD });
  await bench.quiet(bench.pods({ group: 'waits' }), { during: negativeWindow(0), unless: bound });
}
