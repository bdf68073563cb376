import type { Finding, Position, Severity } from '../finding.ts';
import { limitAlike } from '../limit-alike.ts';
import type { Rule, RuleContext, RuleFacts } from '../rule.ts';
import type { Submission } from '../submission.ts';

/** Facts of a rule of our own, with the way to speak as it. */
export interface StrictFacts extends RuleFacts {
  /** A finding of this rule; severity and remedy are the rule's own unless the single case differs. */
  at(place: Position, subject: string, message: string, change?: Change): Finding;
}

interface Change {
  readonly severity?: Severity;
  readonly remedy?: string;
}

/** A check of the strict profile, with the facts of every id that it may speak as. */
export interface StrictRule extends Rule {
  readonly facts: readonly StrictFacts[];
}

/** Declares a rule id of the strict profile. */
export function facts(own: Omit<RuleFacts, 'profiles'>): StrictFacts {
  return {
    ...own,
    profiles: ['strict'],
    at({ line, column }, subject, message, change = {}) {
      const { severity = own.severity, remedy = own.remedy } = change;
      return { rule: own.id, severity, subject, message, remedy, line, column };
    },
  };
}

/** So many findings of one of our rules are kept, whatever they are about. */
const MOST_OF_RULE = 200;

/** Makes a rule of a generator of findings. `notChecked` tells in plain sentences what the context did not allow. */
export function strictRule(
  spoken: readonly StrictFacts[],
  find: (submission: Submission, context: RuleContext) => Iterable<Finding>,
  notChecked: (submission: Submission, context: RuleContext) => readonly string[] = () => [],
): StrictRule {
  return {
    facts: spoken,
    ids: spoken.map((one) => one.id),
    check: (submission, context) => ({
      findings: limitAlike(find(submission, context), MOST_OF_RULE),
      notChecked: notChecked(submission, context),
    }),
  };
}
