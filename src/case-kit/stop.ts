import { PlimsollError } from '../errors.ts';
import type { InconclusiveClass } from '../evidence/index.ts';

/** Ends an act with a class of its own. Cases throw it through `inconclusive(...)`. */
export class Stop extends PlimsollError {
  readonly class: InconclusiveClass;
  constructor(
    why: InconclusiveClass,
    code: string,
    message: string,
    remedy: string,
    options: { cause?: unknown } = {},
  ) {
    super(code, message, remedy, options);
    this.name = 'Stop';
    this.class = why;
  }
}

/**
 * For an act that finds that it cannot go on, for a reason that it knows: `throw inconclusive('capacity', 'only one device is free',
 * 'Free a second one.')`. What was recorded so far is judged; a pass is ruled out.
 */
export function inconclusive(
  why: Exclude<InconclusiveClass, 'ours' | 'interrupted'>,
  message: string,
  remedy: string,
): PlimsollError {
  return new Stop(why, 'case-inconclusive', message, remedy);
}

/** A wait that ran out, for a cause in the environment or an unknown one. */
export function waitTimedOut(message: string, cause: { class: InconclusiveClass; remedy: string } | undefined): Stop {
  const remedy = cause?.remedy ?? 'See the reasons in the timeline; a slow cluster may need more time.';
  return new Stop(cause?.class ?? 'environment', 'wait-timed-out', message, remedy);
}

/** A case that does what its `needs` do not say, or waits for what nobody watches: an error of the case. */
export function caseError(message: string): Stop {
  return new Stop('ours', 'case-error', message, "This is an error of plimsoll's own. Please report it.");
}

/** Ctrl-C, or a signal like it. */
export function interrupted(): Stop {
  return new Stop('interrupted', 'interrupted', 'the run was interrupted', 'Run again.');
}

/** A stage took longer than its budget. */
export function overBudget(stage: string, budget: string): Stop {
  return new Stop(
    'environment',
    'over-budget',
    `${stage} took longer than its budget of ${budget}`,
    'See what it was waiting for; a slow cluster needs a larger --budget-factor.',
  );
}
