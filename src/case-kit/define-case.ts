import type { Bar, CaseKind, Duration, Finding, InconclusiveClass, Timeline } from '../evidence/index.ts';
import type { RequirementId } from '../program/requirement-facts.ts';
import type { Bench } from './bench.ts';
import type { Facts } from './facts.ts';
import type { Needs } from './needs.ts';

/** One way in which a case will run: on this node, with this solution, with these numbers. */
export interface Instance<P> {
  /** Tells instances of one case apart (`kueue`, `node-a.device-plugin`); left out when there is only one. */
  readonly variant?: string;
  /**
   * Instances of which one suffices, such as gang schedulers: the requirement passes when all cases of one alternative pass.
   * Instances without it must all pass.
   */
  readonly alternative?: string;
  /** Plain JSON: it is recorded, and the judge reads it again as `timeline.params`. */
  readonly params: P;
  readonly needs: Needs;
  /**
   * The same on other nodes, where it shows just as much: the plan takes one of them where this one's node is needed by others for long.
   * Cases that share an act offer the same places in the same order.
   */
  readonly elsewhere?: readonly Elsewhere<P>[];
}

export type Elsewhere<P> = Required<Pick<Instance<P>, 'variant' | 'params' | 'needs'>>;

/** The plan's word that a case cannot or need not run, with what was looked for and what to do. */
export type NotRun =
  | {
      readonly outcome: 'inconclusive';
      readonly class: Exclude<InconclusiveClass, 'ours' | 'interrupted'>;
      readonly message: string;
      readonly remedy: string;
    }
  | { readonly outcome: 'not-applicable'; readonly message: string };

/** One instance that will not run, for a reason of its own (others of the same case do). */
export interface NotRunInstance {
  readonly variant: string;
  readonly alternative?: string;
  readonly notRun: NotRun;
}

export interface CaseDefinition<P = unknown> {
  /** `requirement/short-name`, stable for ever. */
  readonly id: `${RequirementId}/${string}`;
  readonly requirement: RequirementId;
  /** What is shown when it passes, as a sentence about the platform. */
  readonly title: string;
  readonly kind: CaseKind;
  /** `official`: asked by the requirement's own plan (and by the text); `behaviour`: by the text alone. */
  readonly bar: Bar;
  /** How long each stage may take. Default 2 m, 10 m, 3 m. Past it the stage is aborted. */
  readonly budget?: { readonly setUp?: Duration; readonly act?: Duration; readonly tearDown?: Duration };
  /**
   * Cases that name the same share their act: instances of theirs with the same variant and params are acted once, and each case judges
   * that one timeline (of which it has a copy of its own). They all have the same `act`, and an act that stops is stopped for all.
   */
  readonly shares?: string;
  /** From what the cluster offers to the instances to run. Pure. An empty list is an error: say `NotRun`. */
  plan(facts: Facts): readonly (Instance<P> | NotRunInstance)[] | NotRun;
  /**
   * Does things to the cluster and decides when to stop waiting; never decides the verdict. `asked`: ids of the cases that this act is
   * for; more than its own only where acts are shared (`shares`).
   */
  act(bench: Bench, params: P, asked: ReadonlySet<string>): Promise<void>;
  /** From the timeline to findings. Pure: no clock, no network, no randomness. A pass needs at least one passing finding. */
  judge(timeline: Timeline, params: P): readonly Finding[];
}

/** A case whatever its parameters are: what the runner and `verify` handle. */
export type Case = CaseDefinition<unknown>;

/** Defines a case. `P` is inferred from `plan`. */
export function defineCase<P>(definition: CaseDefinition<P>): CaseDefinition<P> {
  if (!definition.id.startsWith(`${definition.requirement}/`))
    throw new Error(`${definition.id}: the id of a case begins with its requirement (${definition.requirement}/)`);
  return Object.freeze(definition);
}
