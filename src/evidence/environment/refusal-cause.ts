import type { Cause } from './cause.ts';
import { type Refuser, refuserOf } from './refuser.ts';

/**
 * What a refusal means whose words came from the API server: an answer to us whatever its status (a policy may answer 422, 400 or 403),
 * or an event that tells of the refusal to a controller (FailedCreate of a Job). It is a matter of the environment when the words name who
 * refused, and that is no part of the solution on trial. Undefined otherwise: then it is about the object, and counts.
 * @param own names of the webhooks and policies that belong to the solution on trial
 */
export function refusalCause(words: string, who: string, own?: RegExp): Cause | undefined {
  const refuser = refuserOf(words);
  if (refuser === undefined) return undefined;
  if (own !== undefined && ADMITS.has(refuser.code) && own.test(refuser.name)) return undefined;
  const { by, remedy } = SENTENCES[refuser.code](refuser);
  const why = refuser.code === 'forbidden' ? 'permission' : 'environment';
  return { code: refuser.code, class: why, message: `${by} refuses ${who}: ${words}`, remedy };
}

/** Only these can belong to a solution. */
const ADMITS: ReadonlySet<Refuser['code']> = new Set(['webhook', 'policy']);

const EXEMPT = 'namespaces that begin with plimsoll-';

const SENTENCES: Record<Refuser['code'], (refuser: Refuser) => { by: string; remedy: string }> = {
  webhook: ({ name }) => ({
    by: `the admission webhook ${name}, which is no part of what is on trial,`,
    remedy: `Exempt ${EXEMPT} from the webhook ${name}, or mend it.`,
  }),
  policy: ({ name }) => ({
    by: `the admission policy ${name}`,
    remedy: `Exempt ${EXEMPT} from the policy ${name} (matchConstraints or matchResources of its binding).`,
  }),
  quota: ({ name }) => ({
    by: `the quota ${name}`,
    remedy: `Exempt ${EXEMPT} from the quota, or raise it.`,
  }),
  'limit-range': () => ({
    by: 'a LimitRange',
    remedy: `Exempt ${EXEMPT} from the LimitRange, or widen it: the probe pods ask for little.`,
  }),
  'pod-security': () => ({
    by: 'Pod Security',
    remedy: `Allow the level that the case names in ${EXEMPT}.`,
  }),
  'security-context-constraint': () => ({
    by: 'the security context constraints of the cluster (OpenShift)',
    remedy:
      'Let the identity of the run use a SecurityContextConstraints that allows it: a ClusterRole with the verb use on securitycontextconstraints.security.openshift.io, name anyuid (privileged where the pod asks for CAP_MKNOD).',
  }),
  admission: () => ({
    by: 'an admission plugin of the API server',
    remedy: `See the message; exempt ${EXEMPT} from it, then run again.`,
  }),
  forbidden: () => ({
    by: 'RBAC',
    remedy: 'Grant the rule that the message names; `plimsoll rbac` prints all that are needed.',
  }),
};
