import type { AccessQuestion } from '../../kube/access.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { inParallel } from '../cleanup/in-parallel.ts';
import type { Rule } from './rules-of.ts';

const AT_ONCE = 16;

/** Asks the API server (SelfSubjectAccessReview) about every verb of every rule. Returns what may not be done, as rules. */
export async function missingPermissions(cluster: Cluster, rules: readonly Rule[]): Promise<Rule[]> {
  const questions = rules.flatMap((rule) => rule.verbs.map((verb) => ({ rule, verb })));
  const missing: { rule: Rule; verb: string }[] = [];
  await inParallel(questions, AT_ONCE, async (question) => {
    const answer = await cluster.can(ask(question.rule, question.verb));
    if (!answer.allowed) missing.push(question);
  });
  // In the order of the rules, whatever the order of the answers.
  return rules.flatMap((rule) => {
    const verbs = rule.verbs.filter((verb) => missing.some((one) => one.rule === rule && one.verb === verb));
    return verbs.length === 0 ? [] : [{ ...rule, verbs }];
  });
}

function ask(rule: Rule, verb: string): AccessQuestion {
  if (rule.url !== undefined) return { verb, path: rule.url };
  const [resource = '', subresource] = rule.resource.split('/');
  return {
    verb,
    group: rule.group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(rule.name === undefined ? {} : { name: rule.name }),
  };
}

/** `create, watch on jobs.batch`: a rule for people. */
export function showRule(rule: Rule): string {
  if (rule.url !== undefined) return `${rule.verbs.join(', ')} on ${rule.url}`;
  const group = rule.group === '' ? '' : `.${rule.group}`;
  return `${rule.verbs.join(', ')} on ${rule.resource}${group}${rule.name === undefined ? '' : ` "${rule.name}"`}`;
}
