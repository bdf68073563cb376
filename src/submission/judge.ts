import type { Finding } from './finding.ts';
import { limitAlike } from './limit-alike.ts';
import { officialRules } from './official/rules.ts';
import { printable } from './printable.ts';
import type { RuleContext, Verdict } from './rule.ts';
import { strictVerdicts } from './strict/strict-profile.ts';
import type { Submission } from './submission.ts';

/** What is said about one submission. `findings` are in the order of the file, then by rule, subject and message. */
export interface Judgement {
  readonly path: string;
  /** No finding of severity `error`. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** Sentences: what this run did not look at (members, links, files outside the folder). */
  readonly notChecked: readonly string[];
}

/** What the rules of a profile say. `strict` adds its own to the newest official ones. */
function verdictsOf(submission: Submission, context: RuleContext): readonly Verdict[] {
  const { profile } = context;
  if (profile === 'strict') return strictVerdicts(submission, context);
  return officialRules(profile).map((rule) => {
    const { findings, notChecked } = rule.check(submission, context);
    return { findings: limitAlike(findings), notChecked };
  });
}

/** Judges submissions by a profile, one after the other, in the order given; the same input gives the same output. */
export function judge(submissions: readonly Submission[], context: RuleContext): readonly Judgement[] {
  return submissions.map((submission) => {
    const verdicts = verdictsOf(submission, context);
    const findings = verdicts.flatMap((verdict) => verdict.findings.map(printable)).toSorted(byPlace);
    const notChecked = [...new Set(verdicts.flatMap((verdict) => verdict.notChecked))].toSorted();
    return { path: submission.path, ok: findings.every((one) => one.severity !== 'error'), findings, notChecked };
  });
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.line - b.line ||
    a.column - b.column ||
    compare(a.rule, b.rule) ||
    compare(a.subject, b.subject) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
