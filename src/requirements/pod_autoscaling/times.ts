/** What the cases of this requirement wait for. Plain JSON: it travels in their params, so that a judge asks for the same. */
export interface Times {
  /** Milliseconds for which nothing may change at exactly the target. */
  readonly steady: number;
  /** The least of every other window in which nothing may happen, milliseconds (`quietFor`). */
  readonly least: number;
  /** Seconds for which a lower wish has to last (the autoscaler's own field). */
  readonly stabilization: number;
  /** Deadlines, milliseconds: a value through the pipeline, a reaction of the autoscaler, and a reaction after stabilization. */
  readonly pipeline: number;
  readonly up: number;
  readonly down: number;
}

/** A minute is four rounds of an autoscaler as Kubernetes ships it (--horizontal-pod-autoscaler-sync-period, 15 s). */
export const TIMES: Times = {
  steady: 60_000,
  least: 60_000,
  stabilization: 60,
  pipeline: 300_000,
  up: 300_000,
  down: 180_000,
};

/**
 * How long nothing has to happen when the autoscaler did act within `t` milliseconds after the API served the value: with `TIMES`
 * this is the negative window of every other requirement.
 */
export function quietFor({ least }: Times, t: number): number {
  return Math.max(least, 5 * t);
}
