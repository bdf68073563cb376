/** What decides when an act may begin. */
export interface Starting {
  /** Its place among the acts of the run, those with the longest required waits first; from 0. */
  readonly place: number;
  /** Required wait of the act, and the longest of all acts of the run. Milliseconds. */
  readonly leastWait: number;
  readonly longest: number;
}

/** What the acts with the longest waits are given to get going, and the gap between those after them. Milliseconds. */
const HEAD_START = 20_000;
const GAP = 2000;
/** Of its slack an act may spend so much before it begins: the rest is for its queue, its set-up and its teardown. */
const SPENT_BEFORE = 1 / 3;

/**
 * Milliseconds for which an act is held back at the start of a run. All at once, they would keep the cluster and this machine busy with
 * dozens of objects while the acts that decide the wall time set theirs up. So those begin alone, and the others one after the other
 * behind them; the slack, which is the longest required wait less their own, sees to it that nobody waits for them in the end.
 */
export function startDelay({ place, leastWait, longest }: Starting): number {
  const most = Math.max(0, longest - leastWait) * SPENT_BEFORE;
  return most < HEAD_START ? 0 : Math.min(most, HEAD_START + place * GAP);
}
