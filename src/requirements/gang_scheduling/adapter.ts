import type { Bench, Finding, Handle, Needs, Timeline, Window } from '../../case-kit/index.ts';
import type { Slots } from './slots.ts';

/** A solution as the plan found it. Plain JSON: it travels in a case's params; functions are looked up by `id` (adapters.ts). */
export interface Solution {
  readonly id: 'kueue' | 'native';
  /** The API version through which it is driven. */
  readonly api: string;
  /** Kueue: its Topology is served, so gangs are asked to fit real nodes and not only the quota. */
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

/** One gang scheduling solution: how a user works with it, and what shows that it took a gang over as a whole. */
export interface GangAdapter {
  readonly title: string;
  /** Names of the webhooks by which it refuses what it does not like. */
  readonly webhook?: RegExp;
  /** Kinds of its own that a case uses. Pods, Jobs and Services are the cases'. */
  needs(solution: Solution): Pick<Needs, 'creates' | 'reads' | 'changes'>;
  /** Queues and whatever else has to exist before a gang; rooms are of different resources. Answers what holds the quota, for `raiseQuota`. */
  prepare(bench: Bench, solution: Solution, rooms: readonly Room[]): Promise<Handle | undefined>;
  /** Creates the objects of a gang, all of its pods wanted at once. */
  submit(bench: Bench, solution: Solution, gang: Gang): Promise<Handle>;
  /** Takes one slot for as long as the handle exists, in the way in which slots are taken beside such gangs. */
  holdSlot(bench: Bench, solution: Solution, room: Room): Promise<Handle>;
  /** Gives prepared rooms other quotas; only for solutions with quotas. */
  raiseQuota?(bench: Bench, queue: Handle, rooms: readonly Room[]): Promise<void>;
  /** Did it take the gang over, with its whole size as stored and with every pod? */
  owned(timeline: Timeline, solution: Solution, gang: Pick<Gang, 'name' | 'size'>, window: Window): Finding[];
  /** Was it seen to give out quota without looking at the room on nodes? Then it is held to its quota only. */
  quotaOnly(timeline: Timeline, solution: Solution, gang: string): boolean;
  /** Was it seen to watch over an admitted gang that does not become ready, and to take it back? Only for queues. */
  takesBack?(timeline: Timeline, solution: Solution, gang: string): { said: string; evidence: readonly number[] };
}
