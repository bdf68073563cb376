import type { Facts, Instance, KindName, Needs, NotRun, NotRunInstance } from '../../case-kit/index.ts';
import { type Slots, slotsOf, tokenOf } from './slots.ts';
import { noSolution, type Solution, servedSolutions, solutionOf } from './solutions.ts';

/** What every case of this requirement is called with. Plain JSON. */
export interface GangParams {
  readonly solution: Solution;
  readonly slots: Slots;
  /** Another room, of another resource: what goes on in it is not in the way of what goes on in `slots`. */
  readonly beside?: Slots;
}

/**
 * An instance for each solution, of which one suffices, each on slots of its own as far as there are different ones, so that they
 * do not wait for each other. `cut`: into how many slots a share of a node is cut. `turn` 1: on slots that no instance of turn 0 takes, if there are such. `beside`: with a second room, if
 * there is one that nobody else takes.
 */
export function instancesOf(
  facts: Facts,
  { turn, beside = false, cut }: { turn: 0 | 1; beside?: boolean; cut?: number },
  wait?: NonNullable<Needs['waits']>[number],
): readonly (Instance<GangParams> | NotRunInstance)[] | NotRun {
  const solutions = servedSolutions(facts);
  if (solutions.length === 0) return noSolution(facts);
  const all = slotsOf(facts, cut);
  if (all.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'capacity',
      message: 'no node has two free accelerators, or free CPU, memory or storage to cut into slots',
      remedy: 'Free two accelerators, 300m CPU or 512Mi of memory on one node, then run again.',
    };
  const untaken = all.slice(turn * solutions.length);
  const choice = untaken.length > 0 ? untaken : all;
  const spare = beside
    ? slotsOf(facts)
        .slice(2 * solutions.length)
        .filter((slots) => slots.kind === 'share')
    : [];
  return solutions.flatMap((solution, index) => {
    const slots = choice[index % choice.length];
    if (slots === undefined) return [];
    // Another resource: a queue covers each resource once.
    const second = spare.find((one) => one.resource !== slots.resource);
    if (second !== undefined) spare.splice(spare.indexOf(second), 1);
    const rooms = second === undefined ? [slots] : [slots, second];
    const tokens = Object.fromEntries(rooms.map((room) => [tokenOf(room), 'all' as const]));
    return [{ ...instance(solution, slots, second), needs: needsOf(solution, tokens, wait) }];
  });
}

/** Two gangs' pods have to start, one after the other, and a scheduler tries again in its own time. */
const ASIDE = 16_000;

export function instance(solution: Solution, slots: Slots, beside?: Slots): Omit<Instance<GangParams>, 'needs'> {
  const params = { solution, slots, ...(beside === undefined ? {} : { beside }) };
  return { variant: solution.id, alternative: solution.id, params };
}

export function needsOf(
  solution: Solution,
  tokens: NonNullable<Instance<GangParams>['needs']['tokens']>,
  wait?: NonNullable<Needs['waits']>[number],
): Instance<GangParams>['needs'] {
  const { creates = [], ...more } = solutionOf(solution).needs(solution);
  const own: readonly KindName[] = ['v1/Pod', 'v1/Service', 'batch/v1/Job'];
  const waits = wait === undefined ? {} : { waits: [wait] };
  return { tokens, creates: [...own, ...creates], ...more, ...waits, aside: ASIDE };
}
