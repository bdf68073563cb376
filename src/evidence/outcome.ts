/** Result of a case and verdict of a requirement. A skip does not exist. */
export const OUTCOMES = ['pass', 'fail', 'not-applicable', 'inconclusive'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Why something is inconclusive. `ours`: an error of this program's own, which is never a pass and never held against the
 * platform.
 */
export const INCONCLUSIVE_CLASSES = [
  'capacity',
  'environment',
  'permission',
  'not-enabled',
  'not-found',
  'unknown-accelerator',
  'interrupted',
  'ours',
] as const;
export type InconclusiveClass = (typeof INCONCLUSIVE_CLASSES)[number];

/**
 * `official`: what the requirement's own proposal (KAR) plans to test. `behaviour`: what its text demands. Whatever the
 * official bar asks, the behaviour bar asks too; the verdict of a requirement is the behaviour's.
 */
export const BARS = ['official', 'behaviour'] as const;
export type Bar = (typeof BARS)[number];

/** `required` and `conditional` cases decide the verdict; `extended` ones are reported and decide nothing. */
export const CASE_KINDS = ['required', 'conditional', 'extended'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];
