import { officialRules } from '../official/rules.ts';
import type { RuleContext, Verdict } from '../rule.ts';
import type { Submission } from '../submission.ts';
import { asReviewer } from './reviewer.ts';
import { STRICT_RULES } from './rules.ts';

/** Everything that the strict profile says: the newest official validator as a reviewer would put it, then our rules. */
export function strictVerdicts(submission: Submission, context: RuleContext): readonly Verdict[] {
  const official = readings(submission).flatMap((reading) =>
    officialRules('official').map((rule) => rule.check(reading, context)),
  );
  const reviewed = official.map(({ findings, notChecked }) => ({
    findings: findings.map((finding) => asReviewer(finding, submission, context)),
    notChecked,
  }));
  return [...reviewed, ...STRICT_RULES.map((rule) => rule.check(submission, context))];
}

/**
 * The official validator stops at a value of a wrong type or a key written twice. Its other objections are made too, by
 * a second look at what could be read all the same.
 */
function readings(submission: Submission): readonly Submission[] {
  const stopped = submission.problems.length > 0 && submission.entries.length > 0;
  return stopped ? [submission, { ...submission, problems: [] }] : [submission];
}
