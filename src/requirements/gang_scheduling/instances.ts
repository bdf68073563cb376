import type { KindName } from '../../kube/object.ts';
import type { DeclaredWait, Facts, Instance, NotRun, NotRunInstance } from '../../runner/case-kit.ts';
import type { Solution } from './adapter.ts';
import { adapterOf, noSolution, solutionsOf } from './adapters.ts';
import { type Slots, slotsOf, tokenOf } from './slots.ts';

/** What every case of this requirement is called with. Plain JSON. */
export interface GangParams {
  readonly solution: Solution;
  readonly slots: Slots;
}

/**
 * An instance for each solution, of which one suffices, each on slots of its own as far as there are different ones, so that they
 * do not wait for each other. `turn` 1: on slots that no instance of turn 0 takes, if there are such.
 */
export function instancesOf(
  facts: Facts,
  turn: 0 | 1,
  wait?: DeclaredWait,
): readonly (Instance<GangParams> | NotRunInstance)[] | NotRun {
  const solutions = solutionsOf(facts);
  if (solutions.length === 0) return noSolution(facts);
  const all = slotsOf(facts);
  if (all.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'capacity',
      message: 'no node has two free accelerators, or free CPU to cut into slots',
      remedy: 'Free two accelerators or 300m CPU on one node, then run again.',
    };
  const untaken = all.slice(turn * solutions.length);
  const choice = untaken.length > 0 ? untaken : all;
  return solutions.flatMap((solution, index) => {
    const slots = choice[index % choice.length];
    if (slots === undefined) return [];
    return [{ ...instance(solution, slots), needs: needsOf(solution, { [tokenOf(slots)]: 'all' as const }, wait) }];
  });
}

export function instance(solution: Solution, slots: Slots): Omit<Instance<GangParams>, 'needs'> {
  return { variant: solution.id, alternative: solution.id, params: { solution, slots } };
}

export function needsOf(
  solution: Solution,
  tokens: NonNullable<Instance<GangParams>['needs']['tokens']>,
  wait?: DeclaredWait,
): Instance<GangParams>['needs'] {
  const { creates = [], ...more } = adapterOf(solution).needs(solution);
  const own: readonly KindName[] = ['v1/Pod', 'v1/Service', 'batch/v1/Job'];
  return { tokens, creates: [...own, ...creates], ...more, ...(wait === undefined ? {} : { waits: [wait] }) };
}
