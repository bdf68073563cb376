import type { CauseCode } from './cause.ts';

/** Who said no, or was to be asked and could not be. */
export interface Refuser {
  readonly code: Extract<
    CauseCode,
    | 'webhook'
    | 'policy'
    | 'quota'
    | 'limit-range'
    | 'pod-security'
    | 'security-context-constraint'
    | 'admission'
    | 'forbidden'
  >;
  /** Name of the webhook, policy or quota; empty where there is only one of its kind. */
  readonly name: string;
}

/** The words in which each of them refuses; the first group is its name. In this order: a webhook may quote any of the others. */
const WORDS: readonly (readonly [Refuser['code'], RegExp])[] = [
  // k8s.io/apiserver, pkg/admission/plugin/webhook/errors and .../webhook/generic.
  ['webhook', /admission webhook "([^"]+)" (?:denied the request|does not support dry run)/],
  ['webhook', /(?:failed|error) calling webhook "([^"]+)"/],
  // k8s.io/apiserver, pkg/admission/plugin/policy: denied, or its configuration or parameters cannot be used.
  ['policy', /policy '([^']+)' with binding '[^']*' denied request/i],
  ['policy', /AdmissionPolicy ["']([^"']+)["'].* denied request/],
  ['policy', /failed to configure (?:policy|binding)()/],
  // k8s.io/apiserver, pkg/admission/plugin/resourcequota.
  ['quota', /exceeded quota: ([^,\s]+)/],
  ['quota', /(?:failed quota|status unknown for quota): ([^,:\s]+)/],
  ['quota', /insufficient quota to (?:match|consume)(): /],
  // plugin/pkg/admission/limitranger.
  [
    'limit-range',
    /(?:(?:maximum|minimum) \S+ usage|limit to request ratio) per (?:Container|Pod|PersistentVolumeClaim)()/,
  ],
  ['pod-security', /violates PodSecurity "?([\w.-]+)?/],
  // OpenShift, apiserver-library-go: pkg/securitycontextconstraints/sccadmission.
  ['security-context-constraint', /unable to validate against any (?:pod )?security (?:context constraint|policy)()/],
  ['security-context-constraint', /provider "?([\w.-]+)"?: (?:Forbidden: not usable by user|\.(?:spec|containers))/],
  // RBAC, and every other authorizer: the request never came to what looks at objects.
  ['forbidden', /cannot (\S+) (?:resource|path) "/],
  // Other plugins that are built in, by their own words (plugin/pkg/admission).
  ['admission', /pod node label selector (?:conflicts|labels conflict)()/],
  ['admission', /no PriorityClass with name (\S+) was found/],
  ['admission', /error looking up service account ([^:\s]+)/],
  ['admission', /because it is being terminated()/],
];

/** Who refused, in the answer's (or an event's) own words; undefined when they name nobody, so that they are about the object itself. */
export function refuserOf(words: string): Refuser | undefined {
  for (const [code, pattern] of WORDS) {
    const found = pattern.exec(words);
    if (found !== null) return { code, name: found[1] ?? '' };
  }
  return undefined;
}
