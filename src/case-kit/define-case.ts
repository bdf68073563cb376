import type { Bar, CaseKind, Duration, Finding, InconclusiveClass, Timeline } from '../evidence/index.ts';
import { requirementIds } from '../program/checklist.ts';
import type { RequirementId } from '../program/requirement-facts.ts';
import type { Bench } from './bench.ts';
import { type Claims, judgeClaims } from './claims/claim.ts';
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

/** A case as the runner and `verify` handle it: what `defineCase` makes. */
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
   * Name of the act that it shares: instances of such cases with the same variant and params are acted once, and each case judges that one
   * timeline (of which it has a copy of its own). An act that stops is stopped for all.
   */
  readonly shares?: string;
  /** From what the cluster offers to the instances to run. Pure. An empty list is an error: say `NotRun`. */
  plan(facts: Facts): readonly (Instance<P> | NotRunInstance)[] | NotRun;
  /** `asked`: ids of the cases that this act is for; more than its own only where it is shared. */
  act(bench: Bench, params: P, asked: ReadonlySet<string>): Promise<void>;
  /** From the timeline to findings. Pure: no clock, no network, no randomness. A pass needs at least one passing finding. */
  judge(timeline: Timeline, params: P): readonly Finding[];
}

/** A case whatever its parameters are: what the runner and `verify` handle. */
export type Case = CaseDefinition<unknown>;

/** An act that several cases share (ADR 0014). */
export interface SharedAct<P> {
  readonly name: string;
  /** Does things to the cluster and decides when to stop waiting, for the cases that were asked for; never decides a verdict. */
  readonly act: (bench: Bench, params: P, asked: ReadonlySet<string>) => Promise<void>;
}

/** What a case author writes. `P` is inferred from `plan`, `C` from `claims`. */
export interface CaseDeclaration<P, C extends Claims>
  extends Omit<CaseDefinition<P>, 'act' | 'judge' | 'shares' | 'requirement'> {
  /** Everything that is asked of the platform: the act waits for it, the judge decides it. */
  claims?(params: P): C;
  /** Does things to the cluster and decides when to stop waiting; never decides the verdict. */
  act?(bench: Bench, params: P, claims: C): Promise<void>;
  /** Instead of an act of its own. */
  readonly shares?: SharedAct<P>;
  /** From the timeline to findings. Pure. Default: every claim. A pass needs at least one passing finding. */
  judge?(timeline: Timeline, params: P, claims: C): readonly Finding[];
}

/** Defines a case: its requirement is the first part of its id. */
export function defineCase<P, C extends Claims = Readonly<Record<string, never>>>(
  declaration: CaseDeclaration<P, C>,
): CaseDefinition<P> {
  const { id, title, kind, bar, budget, shares } = declaration;
  if ((declaration.act === undefined) === (shares === undefined))
    throw new Error(`${id}: a case has an act of its own, or shares one`);
  if (declaration.claims === undefined && declaration.judge === undefined)
    throw new Error(`${id}: a case without claims needs a judge of its own`);
  const requirement = requirementIds.find((one) => id.startsWith(`${one}/`));
  if (requirement === undefined) throw new Error(`${id}: the id of a case begins with its requirement`);
  // Without `claims` nothing is declared, and `C` is the empty record of its default.
  const claimsOf = (params: P): C => declaration.claims?.(params) ?? ({} as C);
  return Object.freeze({
    id,
    requirement,
    title,
    kind,
    bar,
    ...(budget === undefined ? {} : { budget }),
    ...(shares === undefined ? {} : { shares: shares.name }),
    plan: (facts) => declaration.plan(facts),
    act: shares?.act ?? (async (bench, params) => declaration.act?.(bench, params, claimsOf(params))),
    judge: (timeline, params) =>
      declaration.judge?.(timeline, params, claimsOf(params)) ?? judgeClaims(timeline, claimsOf(params)),
  } satisfies CaseDefinition<P>);
}
