import { type Finding, type Timeline, undecided } from '../../case-kit/index.ts';

/**
 * The marks of the act in which one Deployment goes through P0-P4, in their order. The act ends behind the last phase that was asked
 * for, or where the platform did not follow: a phase whose mark is missing was not tried.
 */
export const MARKS = {
  /** P0: the gauge of the only pod was set to the first value, to the second, and both came out of the API. */
  first: 'gauge set first',
  second: 'gauge set to the target',
  followed: 'gauge followed',
  /** P1: the autoscaler has read the target; the window is over. */
  created: 'autoscaler created',
  steady: 'steady',
  steadyOver: 'steady over',
  /** P2: the gauge is at twice the target; the API shows it; two replicas are ready and have told their devices. */
  raised: 'raised',
  raisedShown: 'raised value shown',
  two: 'two replicas',
  /** P3: far above the target on both; maxReplicas holds; another such value, to date the last round; the window is over. */
  flooded: 'flooded',
  limit: 'at the limit',
  floodedAnew: 'flooded anew',
  limitOver: 'limit over',
  /** P4: below the target on both; one replica is left. */
  lowered: 'lowered',
  shrunk: 'shrunk',
} as const;

/** The cases that judge that act, in the order of its phases. */
export const PHASES = [
  'metric-arrives',
  'steady-at-the-target',
  'scales-up',
  'stops-at-the-most',
  'scales-down',
] as const;

/** Gauge values of the phases; the target is 100 (autoscaler.ts). */
export const VALUES = { first: 137, raised: 200, flood: 10_000, floodAnew: 9000, low: 45 } as const;

/** The group of everything that belongs to that Deployment, and its name. */
export const MAIN = 'main';

/** The finding of a phase that was not tried because what it stands on was not there; undefined when it was tried. */
export function notTried(timeline: Timeline, mark: string, claim: string, see: string): Finding | undefined {
  if (timeline.mark(mark) !== undefined) return undefined;
  const { end } = timeline;
  if (end?.how === 'completed')
    return undecided(
      'environment',
      claim,
      `it was not tried: the act did not come to "${mark}"`,
      [end.seq],
      `See ${see}.`,
    );
  return undecided(
    end?.class ?? 'interrupted',
    claim,
    `not decided: the act did not come to "${mark}"`,
    [],
    end?.remedy,
  );
}
