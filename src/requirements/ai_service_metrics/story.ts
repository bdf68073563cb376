/** Names by which act and judges speak of the same. */
export const NAME = 'server';
export const GROUP = 'server';
export const CONTROL = 'control';

/** Requests to the first and the second pod before anybody was asked to collect, and how many more to both later on. */
export const FIRST = [37, 11] as const;
export const MORE = 5;
/** Requests to the pod that joins later. */
export const THIRD = 7;
/** What the gauge says at first; later on it says 0. */
export const DEPTH = 5;

export const MARKS = {
  counted: 'counted',
  asked: 'asked to be collected',
  more: 'ten more requests',
  scaled: 'a third pod asked for',
  third: 'third pod served',
  removed: 'third pod removed',
  over: 'over',
} as const;

/** Names of looks into the store (answers), and of the polls that wait for them. */
export const LOOKS = {
  answers: 'does the store answer',
  absent: 'is the run unknown',
  unasked: 'is it collected unasked',
  collected: 'is it collected',
  exact: 'are the values exact',
  fresh: 'are the values fresh',
  third: 'is the third pod found',
  gone: 'is the removed pod gone',
  control: 'is the control collected',
  targets: 'what of the targets',
} as const;

/** The run of the control pod: its own series are told from all others. */
export const controlRun = (run: string): string => `${run}-control`;

/** How old a value may be: two scrapes and half a minute, milliseconds. */
export const freshWithin = (interval: number): number => 2 * interval + 30_000;

/** Until the values are exact: a minute, or more where a scrape takes longer to come round (pods with annotations are scraped while they still count). */
export const exactWithin = (interval: number): number => Math.max(60_000, freshWithin(interval));
