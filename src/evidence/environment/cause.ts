import type { InconclusiveClass } from '../outcome.ts';

/** Causes outside the property under test. Stable codes; each is explained by its `message` and mended by its `remedy`. */
export const CAUSES = [
  'image-pull',
  'container-config',
  'taint',
  'cordoned',
  'insufficient',
  'evicted',
  'node-lost',
  'sandbox',
  'mount',
  'quota',
  'limit-range',
  'pod-security',
  'security-context-constraint',
  'webhook',
  'policy',
  'admission',
  'forbidden',
  'throttled',
  'unreachable',
] as const;
export type CauseCode = (typeof CAUSES)[number];

export interface Cause {
  readonly code: CauseCode;
  readonly class: InconclusiveClass;
  /** What is in the way, with names and the cluster's own words. */
  readonly message: string;
  readonly remedy: string;
}

/** A cause with the entries of the timeline that show it. */
export interface SeenCause extends Cause {
  readonly evidence: readonly number[];
}
