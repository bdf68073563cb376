import type { Bench, Claim, Facts, Handle, KubeObject, Needs, NotRun, Phase, Timeline } from '../../case-kit/index.ts';
import { kueue } from './kueue.ts';
import { native } from './native.ts';
import type { Slots } from './slots.ts';

/** A solution as the plan found it. Plain JSON: it travels in a case's params; what drives it is looked up by `id` (solutions.ts). */
export interface Solution {
  readonly id: string;
  /** The API version through which it is driven. */
  readonly api: string;
  /** It can be asked for room on real nodes, and not only for quota. */
  readonly topology?: boolean;
}

/** Where gangs of a case may run, and how much the solution may give out (queues only). */
export interface Room {
  readonly slots: Slots;
  /** In slots. */
  readonly quota: number;
  /** Ask for room on real nodes, where the solution can. */
  readonly physical: boolean;
}

export interface Gang {
  /** Also its group in the timeline. */
  readonly name: string;
  readonly size: number;
  readonly room: Room;
  readonly script: string;
}

/**
 * One gang scheduling solution: whether it is there, how a user works with it, and what shows that it took a gang over as a whole. A new
 * one is a module like `native.ts` and a line in `solutions.ts`; nothing else names a solution.
 */
export interface GangSolution {
  readonly id: string;
  /** Its id among the solutions of the inventory. */
  readonly inventoryId: string;
  readonly title: string;
  /** How it is driven here; undefined when the API server does not serve it. Presence is not function: the cases show that. */
  readonly served: (resources: Facts['resources']) => Solution | undefined;
  /** Names of the webhooks by which it refuses what it does not like. */
  readonly webhook?: RegExp;
  /** Kinds of its own that a case uses. Pods, Jobs and Services are the cases'. */
  readonly needs: (solution: Solution) => Pick<Needs, 'creates' | 'reads' | 'changes'>;
  /** Queues and whatever else has to exist before a gang; rooms are of different resources. Answers what holds the quota, for `raiseQuota`. */
  readonly prepare?: (bench: Bench, solution: Solution, rooms: readonly Room[]) => Promise<Handle>;
  /** Creates the objects of a gang, all of its pods wanted at once. */
  readonly submit: (bench: Bench, solution: Solution, gang: Gang) => Promise<Handle>;
  /** Takes one slot for as long as the handle exists, in the way in which slots are taken beside such gangs. */
  readonly holdSlot: (bench: Bench, solution: Solution, room: Room) => Promise<Handle>;
  /** Gives prepared rooms other quotas; only for solutions with quotas. */
  readonly raiseQuota?: (bench: Bench, queue: Handle, rooms: readonly Room[]) => Promise<void>;
  /** It took the gang over, with its whole size as stored and with every pod. */
  readonly owned: (solution: Solution, gang: Pick<Gang, 'name' | 'size'>, phase: Phase) => readonly Claim[];
  /** Was it seen to give out quota without looking at the room on nodes? Then it is held to its quota only. */
  readonly quotaOnly?: (timeline: Timeline, solution: Solution, gang: string) => boolean;
  /** Was it seen to watch over an admitted gang that does not become ready, and to take it back? Only for queues. */
  readonly takesBack?: (
    timeline: Timeline,
    solution: Solution,
    gang: string,
  ) => { said: string; evidence: readonly number[] } | undefined;
  /** For tests: what it keeps for a gang of that size in whose name, as the API server would show it. */
  readonly sample: (solution: Solution, gang: string, size: number) => KubeObject;
}

/** The solutions that can be driven. */
export const SOLUTIONS: GangSolution[] = [kueue, native];

export function solutionOf({ id }: Solution): GangSolution {
  const found = SOLUTIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no gang scheduling solution has the id ${id}`);
  return found;
}

/** Solutions that the API server serves and that this tool can drive. */
export function servedSolutions({ resources }: Pick<Facts, 'resources'>): Solution[] {
  return SOLUTIONS.flatMap((one) => one.served(resources) ?? []);
}

/** The requirement is that a solution can be installed and works: none is no defect of the platform, and no pass. */
export function noSolution({ inventory }: Pick<Facts, 'inventory'>): NotRun {
  const driven = new Set(SOLUTIONS.map((one) => one.inventoryId));
  const others = inventory.solutions.filter((one) => one.role === 'gang' && !driven.has(one.id));
  const found = others.map((one) => one.title).join(', ');
  const titles = SOLUTIONS.map((one) => one.title);
  return {
    outcome: 'inconclusive',
    class: 'not-found',
    message:
      found === ''
        ? `no gang scheduling solution was found (looked for the APIs of ${titles.join(', ')} and others)`
        : `${found} was found, which cannot be driven yet; ${titles.join(' and ')} can, and were not found`,
    remedy: 'Install one, for example Kueue: the requirement asks that one such solution works on the platform.',
  };
}
