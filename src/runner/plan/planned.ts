import type { Case } from '../../case-kit/define-case.ts';
import type { Needs } from '../../case-kit/needs.ts';
import type { InconclusiveClass, Outcome } from '../../evidence/index.ts';

/** Why an instance is not run, as it goes into its timeline. */
export interface Omitted {
  readonly outcome: Extract<Outcome, 'inconclusive' | 'not-applicable'>;
  readonly class?: InconclusiveClass;
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

/** One instance of one case as the plan has it. */
export interface Planned {
  /** The case's id, with `@variant` when the case has variants. */
  readonly id: string;
  readonly case: Case;
  readonly variant?: string;
  readonly alternative?: string;
  readonly params: unknown;
  readonly needs: Needs;
  /** Where else it could run, while the plan is being made. */
  readonly elsewhere?: readonly PlannedElsewhere[];
  /** Set when it will not run. */
  readonly omitted?: Omitted;
}

export interface PlannedElsewhere extends Pick<Planned, 'id' | 'params' | 'needs'> {
  readonly variant: string;
}

/** Milliseconds that an instance takes at least, whatever the platform does. */
export function leastWait(planned: Planned): number {
  return (planned.needs.waits ?? []).reduce((sum, wait) => sum + wait.least, 0);
}

/**
 * The higher, the earlier it starts: the longest required wait first, and before those the ones that wait without tokens, because
 * everybody else can go on meanwhile.
 */
export function rankOf(planned: Planned): number {
  const waits = planned.needs.waits ?? [];
  return leastWait(planned) + waits.reduce((sum, wait) => sum + (wait.withoutTokens ? wait.least : 0), 0);
}
