import type { Finding, Position, Severity } from '../finding.ts';
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
      findings: limited(find(submission, context)),
      notChecked: notChecked(submission, context),
    }),
  };
}

/** A person corrects a rule's findings after the first few; a file with 100,000 of them is an attack. */
const MOST_OF_RULE = 200;
const MOST_ALIKE = 50;

interface Tally {
  kept: number;
  last: number;
  more: number;
}

/** The first findings of each rule, and of each rule about one subject; the last one kept says how many more there are. */
function limited(found: Iterable<Finding>): readonly Finding[] {
  const kept: Finding[] = [];
  const tallies = new Map<string, Tally>();
  const tallyOf = (key: string): Tally => {
    const tally = tallies.get(key) ?? { kept: 0, last: 0, more: 0 };
    tallies.set(key, tally);
    return tally;
  };
  for (const finding of found) {
    const ofRule = tallyOf(finding.rule);
    if (ofRule.kept >= MOST_OF_RULE) {
      ofRule.more += 1;
      continue;
    }
    const alike = tallyOf(`${finding.rule} ${finding.subject}`);
    if (alike.kept >= MOST_ALIKE) {
      alike.more += 1;
      continue;
    }
    kept.push(finding);
    for (const tally of [ofRule, alike]) {
      tally.kept += 1;
      tally.last = kept.length - 1;
    }
  }
  for (const { last, more } of tallies.values()) {
    const end = kept[last];
    if (more > 0 && end) kept[last] = { ...end, message: `${end.message} (and ${more} more like this)` };
  }
  return kept;
}
