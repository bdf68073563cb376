/**
 * How long "nothing happens" has to be watched when the same thing does happen in `t` milliseconds as soon as the property
 * under test is changed: at least a minute, at least five times as long (verdict policy 2).
 */
export function negativeWindow(t: number): number {
  return Math.max(60_000, 5 * t);
}
