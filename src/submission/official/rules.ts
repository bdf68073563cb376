import { checklist as pinned } from '../../program/checklist.ts';
import type { Finding } from '../finding.ts';
import { OFFICIAL_FACTS } from '../official-facts.ts';
import type { Profile, Rule, RuleContext } from '../rule.ts';
import type { Submission } from '../submission.ts';
import { Gaps } from './gaps.ts';
import { checkMetadata } from './metadata.ts';
import { checkSpec } from './requirements.ts';
import { START, speak } from './speak.ts';

type Official = Exclude<Profile, 'strict'>;

/** The checks of one official validator: the newest (`official`) or the one of 2026-08-19 (`official-2026-08`). */
export function officialRules(profile: Official): readonly Rule[] {
  return [RULES[profile]];
}

const RULES: Readonly<Record<Official, Rule>> = {
  official: rule('official'),
  'official-2026-08': rule('official-2026-08'),
};

function rule(profile: Official): Rule {
  return {
    ids: OFFICIAL_FACTS.filter((facts) => facts.profiles.includes(profile)).map((facts) => facts.id),
    check(submission, context) {
      const gaps = new Gaps();
      const findings = [...validate(submission, profile === 'official', context, gaps)];
      return { findings, notChecked: gaps.sentences };
    },
  };
}

/** In the order of the official validators, which stop at the first thing that keeps them from going on. */
function* validate(submission: Submission, newest: boolean, context: RuleContext, gaps: Gaps): Generator<Finding> {
  const { version, path } = submission;
  if (version === undefined) {
    yield speak('version-not-in-path', START, 'document', `The path ${path} has no folder such as v1.36 in it.`);
    return;
  }
  const checklist = (context.checklist ?? pinned)(version);
  if (!checklist) {
    yield speak('schema-not-found', START, 'document', `There is no checklist for v${version}.`);
    return;
  }
  if (submission.problems.length > 0) {
    for (const problem of submission.problems) yield speak(problem.rule, problem, problem.subject, problem.message);
    return;
  }
  yield* checkMetadata(submission, context, gaps);
  yield* checkSpec(submission, checklist, newest, context, gaps);
}
