import { limitAlike } from '../limit-alike.ts';
import { officialRules } from '../official/rules.ts';
import type { RuleContext, Verdict } from '../rule.ts';
import type { Submission } from '../submission.ts';
import { asReviewer } from './reviewer.ts';
import { STRICT_RULES } from './rules.ts';

/** Everything that the strict profile says: the newest official validator as a reviewer would put it, then our rules. */
export function strictVerdicts(submission: Submission, context: RuleContext): readonly Verdict[] {
  const reviewed = officialVerdicts(submission, context).map(({ findings, notChecked }) => ({
    findings: limitAlike(findings.map((finding) => asReviewer(finding, submission, context))),
    notChecked,
  }));
  // Of a text that is no YAML nothing more can be said; every file beside it would count as left over.
  if (!submission.tree) return reviewed;
  return [...reviewed, ...STRICT_RULES.map((rule) => rule.check(submission, context))];
}

/**
 * The official validator stops at a value of a wrong type or a key written twice. Its other objections are made too, by
 * a second look at what could be read all the same.
 */
function officialVerdicts(submission: Submission, context: RuleContext): readonly Verdict[] {
  const rules = officialRules('official');
  const first = rules.map((rule) => rule.check(submission, context));
  const [problem] = submission.problems;
  const stopped = problem && first.some(({ findings }) => findings[0]?.rule === problem.rule);
  if (!stopped || submission.entries.length === 0) return first;
  return [...first, ...rules.map((rule) => rule.check({ ...submission, problems: [] }, context))];
}
