/** Time as a run counts it: milliseconds since it began, which never go back, beside the wall clock, which may. */
export interface RunClock {
  /** Milliseconds since the run began, to a tenth. */
  t(): number;
  /** Wall clock, RFC 3339 with milliseconds. */
  at(): string;
  /** A moment of the near past that was noted by the wall clock, on the scale of `t`. */
  tOf(moment: Date): number;
}

export function startClock(): RunClock {
  const origin = performance.now();
  const t = (): number => Math.round((performance.now() - origin) * 10) / 10;
  return {
    t,
    at: () => new Date().toISOString(),
    // By its distance from now: a wall clock that was set in between shifts only what lies on the other side of it.
    tOf: (moment) => Math.max(0, Math.round((t() - Math.max(0, Date.now() - moment.getTime())) * 10) / 10),
  };
}
