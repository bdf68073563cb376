/** `+12.3 s`: a moment, counted from `origin` (both milliseconds of the run). */
export function moment(t: number, origin: number): string {
  return `+${((t - origin) / 1000).toFixed(t - origin < 10_000 ? 2 : 1)} s`;
}
