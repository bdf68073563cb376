import { z } from 'zod';
import { BARS, INCONCLUSIVE_CLASSES, OUTCOMES } from '../outcome.ts';

/**
 * One thing that a judge found out. `info` decides nothing and is shown (for example "all-or-nothing at quota level only").
 * `evidence` holds the sequence numbers of the timeline's entries that show it.
 */
export const findingSchema = z.object({
  outcome: z.enum([...OUTCOMES, 'info']),
  /** What was asked of the platform, in a sentence. */
  claim: z.string(),
  /** What was seen. */
  message: z.string(),
  evidence: z.array(z.int()),
  /** Only for inconclusive. */
  class: z.enum(INCONCLUSIVE_CLASSES).exactOptional(),
  remedy: z.string().exactOptional(),
  /** `behaviour`: it does not count for the official bar. Default: the bar of the case. */
  bar: z.enum(BARS).exactOptional(),
  /** It only says that the act did not come so far: another finding says why, and that one explains the result. */
  follows: z.literal(true).exactOptional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A finding that the judge words itself, where no `expect...` fits. */
export function passes(claim: string, message: string, evidence: readonly number[]): Finding {
  return { outcome: 'pass', claim, message, evidence: [...evidence] };
}

export function fails(claim: string, message: string, evidence: readonly number[], remedy?: string): Finding {
  return { outcome: 'fail', claim, message, evidence: [...evidence], ...(remedy === undefined ? {} : { remedy }) };
}

export function undecided(
  why: NonNullable<Finding['class']>,
  claim: string,
  message: string,
  evidence: readonly number[],
  remedy?: string,
): Finding {
  const finding: Finding = { outcome: 'inconclusive', class: why, claim, message, evidence: [...evidence] };
  return remedy === undefined ? finding : { ...finding, remedy };
}

export function doesNotApply(claim: string, message: string, evidence: readonly number[]): Finding {
  return { outcome: 'not-applicable', claim, message, evidence: [...evidence] };
}

export function remark(claim: string, message: string, evidence: readonly number[]): Finding {
  return { outcome: 'info', claim, message, evidence: [...evidence] };
}
