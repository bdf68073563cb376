import type { InconclusiveClass, Outcome } from '../outcome.ts';

/**
 * Many outcomes in one, fail closed: any fail is a fail; else any inconclusive is inconclusive; else any pass is a pass; else all
 * were not applicable. Of nothing follows nothing: inconclusive.
 */
export function combine(outcomes: readonly Outcome[]): Outcome {
  for (const outcome of ['fail', 'inconclusive', 'pass', 'not-applicable'] as const)
    if (outcomes.includes(outcome)) return outcome;
  return 'inconclusive';
}

/** Which class to show when several are there: what a person can do something about comes first. */
const BY_URGENCY: readonly InconclusiveClass[] = [
  'ours',
  'permission',
  'interrupted',
  'environment',
  'capacity',
  'not-enabled',
  'not-found',
  'unknown-accelerator',
];

/** The most urgent of the classes; undefined when there is none. */
export function mostUrgent(classes: readonly (InconclusiveClass | undefined)[]): InconclusiveClass | undefined {
  return BY_URGENCY.find((one) => classes.includes(one));
}
