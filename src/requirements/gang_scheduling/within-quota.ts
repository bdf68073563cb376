import {
  all,
  type Bench,
  bound,
  defineCase,
  eventually,
  type Instance,
  longerThan,
  type NotRunInstance,
  negativeWindow,
  never,
  phases,
  pods,
  running,
  succeeded,
} from '../../case-kit/index.ts';
import { type GangParams, instance, needsOf } from './instances.ts';
import { HOLD, type Slots } from './slots.ts';
import { noSolution, type Room, type Solution, servedSolutions, solutionOf } from './solutions.ts';
import { accepted, prepare, prepared, submit } from './submitting.ts';

const SIZE = 3;
const WAIT = { why: 'nothing of the gang may start', least: negativeWindow(0) };

export const P = phases({
  fits: ['fits created', 'fits over'],
  waits: ['waits created', 'release'],
  freed: ['release', 'released'],
});

type Claimed = ReturnType<typeof claimsOf>;

function claimsOf({ solution }: GangParams) {
  const placed = eventually(
    pods('fits'),
    all(bound, SIZE - 1),
    { phase: P.fits, otherwise: 'a gang within the quota was not placed' },
    'a gang within the quota is placed',
  );
  return {
    prepared: prepared(solution),
    fitsAccepted: accepted(solution, 'fits'),
    placed,
    waitsAccepted: accepted(solution, 'waits'),
    waitsOwned: solutionOf(solution).owned(solution, { name: 'waits', size: SIZE }, P.waits),
    nothing: never(
      pods('waits'),
      bound,
      { phase: P.waits, lasting: longerThan(placed), otherwise: 'pods of a gang beyond the quota were bound' },
      'no pod of a gang beyond the quota is bound',
    ),
    released: eventually(
      pods('waits'),
      all(running, SIZE),
      { phase: P.freed, otherwise: 'the gang did not run although the quota was raised for all of it' },
      'the whole gang runs once the quota is raised',
    ),
  };
}

/**
 * In a queue with quota for two, a gang of two runs (control, by a resource of its own, so that both can be
 * tried at once) and one of three starts nothing; with quota for three it runs as a whole. The pods ask for next to nothing: nodes have room for all of them all the time.
 */
export const withinQuota = defineCase({
  id: 'gang_scheduling/within-quota',
  title: 'A gang larger than the quota of its queue starts no pod, and all of them when the quota is raised',
  kind: 'required',
  bar: 'behaviour',
  budget: { act: '15m' },

  plan(facts) {
    const solutions = servedSolutions(facts);
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
      const adapter = solutionOf(solution);
      if (adapter.raiseQuota === undefined) {
        const message = `${adapter.title} has no quota: it places gangs by the room on nodes`;
        return { variant: solution.id, alternative: solution.id, notRun: { outcome: 'not-applicable', message } };
      }
      return { ...instance(solution, slots, beside), needs: needsOf(solution, {}, WAIT) };
    });
  },

  claims: claimsOf,

  async act(bench, { solution, slots, beside }, claims) {
    const room: Room = { slots, quota: SIZE - 1, physical: false };
    const small: Room = { ...room, slots: beside ?? slots };
    const queue = await prepare(bench, solution, [room, ...(beside === undefined ? [] : [small])]);
    await Promise.all([runWithin(bench, solution, small, claims), waitBeyond(bench, solution, room, claims)]);
    await bench.keep(claims.nothing);
    bench.finish(P.waits);
    await bench.phase(P.freed, async () => {
      const raised = [{ ...room, quota: SIZE }, ...(beside === undefined ? [] : [small])];
      if (queue !== undefined) await solutionOf(solution).raiseQuota?.(bench, queue, raised);
      await bench.reach(claims.released);
    });
  },
});

/** A gang as large as the quota of its own resource. */
async function runWithin(bench: Bench, solution: Solution, room: Room, { placed }: Claimed): Promise<void> {
  await submit(bench, solution, { name: 'fits', size: SIZE - 1, room, script: 'exit 0' }, P.fits);
  await bench.reach(placed);
  await bench.until(bench.pods({ group: 'fits' }), all(succeeded, SIZE - 1), { within: '4m' });
  bench.finish(P.fits);
}

/** A gang larger than the quota of its resource, which nobody else uses. */
async function waitBeyond(bench: Bench, solution: Solution, room: Room, { nothing }: Claimed): Promise<void> {
  await submit(bench, solution, { name: 'waits', size: SIZE, room, script: HOLD }, P.waits);
  await bench.keep(nothing);
}
