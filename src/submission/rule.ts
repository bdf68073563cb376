import type { Finding, Severity } from './finding.ts';
import type { Submission } from './submission.ts';

export const PROFILES = ['strict', 'official', 'official-2026-08'] as const;
/** `official`: the newest official validator, bug for bug. `official-2026-08`: the one of 2026-08-19. `strict`: ours. */
export type Profile = (typeof PROFILES)[number];

/** What a rule is, without what it does: printed by `plimsoll explain`, SARIF's rule table and the docs. */
export interface RuleFacts {
  /** Stable kebab-case id. */
  readonly id: string;
  /** The usual severity; a rule may lower it for a single finding and says why in the message. */
  readonly severity: Severity;
  readonly profiles: readonly Profile[];
  /** One line: what is wrong when this rule speaks. */
  readonly reason: string;
  /** What the author of the submission does about it. */
  readonly remedy: string;
  /** Where the rule comes from: instructions, FAQ, terms (with section), checklist, schema, validator version. */
  readonly source: string;
}

/** What a rule may look at besides the submission. Everything is optional; what is not given is said in `notChecked`. */
export interface RuleContext {
  readonly profile: Profile;
  /** Exact member names, one set; undefined when no --members file was given. */
  readonly members?: ReadonlySet<string>;
  /** Other submissions of the same call, for rules that compare (copied notes, stale evidence). */
  readonly siblings: readonly Submission[];
}

/** A rule that looks at one submission. Pure: files of the product folder are reached only through `submission.folder`. */
export interface Rule extends RuleFacts {
  check(submission: Submission, context: RuleContext): Iterable<Finding>;
}
