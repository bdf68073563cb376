import type { Checklist } from '../program/checklist.ts';
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

/** What one link answered, asked beforehand by the CLI (`--online`): judging itself never uses the network. */
export interface LinkAnswer {
  readonly class: 'ok' | 'moved' | 'dead' | 'unverifiable';
  /** Status of the last answer (HEAD, then GET); undefined when there was none. */
  readonly status: number | undefined;
  /** False when we did not ask at all, or would not follow: an address that is not public, no time left. */
  readonly asked: boolean;
  /** One sentence: what the server, or the way to it, said. */
  readonly detail: string;
}

/** What a rule may look at besides the submission. Everything is optional; what is not given is said in `notChecked`. */
export interface RuleContext {
  readonly profile: Profile;
  /** Exact member names, one set; undefined when no --members file was given. */
  readonly members?: ReadonlySet<string>;
  /** Answers by exact URL; undefined without --online. `linksOf` (links-of.ts) lists the URLs to ask for. */
  readonly links?: ReadonlyMap<string, LinkAnswer>;
  /** The checklist of a version such as `1.36`; the pinned ones of `program` unless a test brings its own. */
  readonly checklist?: (version: string) => Checklist | undefined;
  /** Today; undefined: nothing is said about expiry but that it was not checked. */
  readonly now?: Date;
  /** When each submission was merged, by `Submission.file` (`mergeDates`); undefined when the history was not asked. */
  readonly merged?: ReadonlyMap<string, Date>;
  /** Other submissions of the same call, for rules that compare (copied notes, stale evidence). */
  readonly siblings: readonly Submission[];
}

/** What a rule tells: findings, and in plain sentences what it could not check. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly notChecked: readonly string[];
}

/** A rule that looks at one submission. Pure but for reading files inside `submission.folder`. */
export interface Rule {
  /** Ids of the catalogue that this check may speak as. */
  readonly ids: readonly string[];
  check(submission: Submission, context: RuleContext): Verdict;
}
