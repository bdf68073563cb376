import { isObject, objectsOf, textOf, textsOf } from './object.ts';

/** One thing that somebody may or may not do. `verb` on `path` for non-resource URLs. */
export interface AccessQuestion {
  verb: string;
  group?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  path?: string;
}

export interface AccessAnswer {
  allowed: boolean;
  /** Explicitly denied, so that no other authorizer was asked. */
  denied: boolean;
  reason: string;
}

export interface ResourceRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
}

export interface AccessRules {
  resourceRules: ResourceRule[];
  nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[];
  /** True when an authorizer could not list its rules: absence then proves nothing. */
  incomplete: boolean;
  evaluationError: string;
}

export interface Whoami {
  username: string;
  uid: string;
  groups: string[];
  extra: Record<string, string[]>;
}

const object = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

export const ACCESS_API = '/apis/authorization.k8s.io/v1';

/** The SelfSubjectAccessReview that asks it. */
export function accessReview(question: AccessQuestion): Record<string, unknown> {
  const { path, verb, ...resource } = question;
  const spec =
    path === undefined ? { resourceAttributes: { verb, ...resource } } : { nonResourceAttributes: { verb, path } };
  return { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
}

export function readAccess(body: unknown): AccessAnswer {
  const status = object(object(body)['status']);
  const error = textOf(status['evaluationError']);
  return {
    allowed: status['allowed'] === true,
    denied: status['denied'] === true,
    reason: [textOf(status['reason']), error].filter(Boolean).join('; '),
  };
}

export function rulesReview(namespace: string): Record<string, unknown> {
  return { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
}

export function readRules(body: unknown): AccessRules {
  const status = object(object(body)['status']);
  return {
    resourceRules: objectsOf(status['resourceRules']).map((rule) => ({
      verbs: textsOf(rule['verbs']),
      apiGroups: textsOf(rule['apiGroups']),
      resources: textsOf(rule['resources']),
      resourceNames: textsOf(rule['resourceNames']),
    })),
    nonResourceRules: objectsOf(status['nonResourceRules']).map((rule) => ({
      verbs: textsOf(rule['verbs']),
      nonResourceURLs: textsOf(rule['nonResourceURLs']),
    })),
    incomplete: status['incomplete'] === true,
    evaluationError: textOf(status['evaluationError']),
  };
}

export function readWhoami(body: unknown): Whoami {
  const user = object(object(object(body)['status'])['userInfo']);
  return {
    username: textOf(user['username']),
    uid: textOf(user['uid']),
    groups: textsOf(user['groups']),
    extra: Object.fromEntries(Object.entries(object(user['extra'])).map(([key, value]) => [key, textsOf(value)])),
  };
}
