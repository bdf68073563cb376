/** How many of `n` independent requests may fall on a backend whose share is `p`, both ends included. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** How far a count may be off, in standard deviations. For n = 500 and p = 0.8 a right platform is outside once in 129,000 times. */
export const SIGMAS = 4.5;

/**
 * `|count/n - p| <= 4.5 sigma`, sigma = sqrt(p(1-p)/n), in counts. A share of 0 (or 1) has no spread: the count has to be exact.
 * `n` requests, `p` from 0 to 1.
 */
export function binomialLimits(n: number, p: number, sigmas = SIGMAS): Limits {
  const spread = sigmas * Math.sqrt(n * p * (1 - p));
  return { least: Math.max(0, Math.ceil(n * p - spread)), most: Math.min(n, Math.floor(n * p + spread)) };
}

/** The share that each backend is meant to have, from the weights of a route (Gateway API: weight / sum of all weights). */
export function sharesOf(weights: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, sum === 0 ? 0 : weight / sum]));
}
