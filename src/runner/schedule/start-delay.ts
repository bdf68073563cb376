/** What decides when an act may begin. */
export interface Starting {
  /** Its place among the acts of the run, those with the longest required waits first; from 0. */
  readonly place: number;
  /** How long the act takes where nothing is slow, and the longest of all acts of the run. Milliseconds. */
  readonly takes: number;
  readonly longest: number;
}

/** What the longest acts are given to get going, and the gap between those after them, as shares of the longest. */
const HEAD_START = 1 / 10;
const GAP = 1 / 100;
/** Of its slack an act may spend so much before it begins: the rest is for its queue, and for what is slow after all. */
const SPENT_BEFORE = 1 / 3;

/**
 * Milliseconds for which an act is held back at the start of a run. All at once, they would keep the cluster and this machine busy with
 * dozens of objects while the acts that decide the wall time set theirs up. So those begin alone, and the others one after the other
 * behind them; their slack, which is what the longest takes less what they take, sees to it that nobody waits for them in the end.
 */
export function startDelay({ place, takes, longest }: Starting): number {
  const slack = Math.max(0, longest - takes);
  return Math.floor(Math.min(slack * SPENT_BEFORE, longest * (HEAD_START + place * GAP)));
}
