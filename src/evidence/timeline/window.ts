/**
 * A stretch of a timeline, from one entry to another. `missing` says why the window cannot be used (its mark was never set);
 * everything expected in such a window is inconclusive.
 */
export interface Window {
  /** For people: `between "gang created" and "release"`. */
  readonly name: string;
  /** First and last sequence number that lie inside, both included. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The same in milliseconds since the run began. */
  readonly from: number;
  readonly to: number;
  /** True when the case itself closed it (by a mark, or by completing); false when it was cut off. */
  readonly closed: boolean;
  readonly missing?: string;
}
