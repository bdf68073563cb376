import type { Cause } from './cause.ts';

/**
 * What a refusal means whose words came from the API server: an answer to us, or an event that tells of the refusal to a
 * controller (FailedCreate of a Job). Undefined when it is no matter of the environment.
 */
export function refusalCause(words: string, who: string): Cause | undefined {
  if (/exceeded quota|maximum (?:cpu|memory) usage per|failed quota/.test(words))
    return {
      code: 'quota',
      class: 'environment',
      message: `a quota keeps ${who} from being created: ${words}`,
      remedy: 'Exempt namespaces that begin with plimsoll- from the quota, or raise it.',
    };
  if (/violates PodSecurity/.test(words))
    return {
      code: 'pod-security',
      class: 'environment',
      message: `pod security refuses ${who}: ${words}`,
      remedy: 'Allow the level that the case names in namespaces that begin with plimsoll-.',
    };
  if (/admission webhook "[^"]*" denied|failed calling webhook|ValidatingAdmissionPolicy/.test(words))
    return {
      code: 'webhook',
      class: 'environment',
      message: `an admission policy refuses ${who}: ${words}`,
      remedy: 'Exempt namespaces that begin with plimsoll- from the policy, or mend the webhook.',
    };
  if (/cannot (?:create|get|list|watch|patch|update|delete) resource/.test(words))
    return {
      code: 'forbidden',
      class: 'permission',
      message: `RBAC refuses ${who}: ${words}`,
      remedy: 'Grant the rule that the message names; `plimsoll rbac` prints all that are needed.',
    };
  return undefined;
}
