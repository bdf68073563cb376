import { isObject, objectsOf, textOf } from '../object.ts';
import { admissionPlugin } from './admission-plugin.ts';
import {
  AdmissionDeniedError,
  AlreadyExistsError,
  type ApiError,
  ApiMissingError,
  type Attempted,
  BadRequestError,
  ConflictError,
  ForbiddenError,
  GoneError,
  InvalidError,
  NotFoundError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnauthenticatedError,
} from './api-error.ts';
import { permissionIn, permissionOf, showPermission, showRule } from './permission-of.ts';

/** `metav1.Status`, as far as errors need it. */
export interface Status {
  message: string;
  reason: string;
  code: number;
  causes: readonly { field: string; message: string; reason: string }[];
  details: { name: string; kind: string; group: string; retryAfterSeconds: number | undefined };
}

/** A failed answer, before it is an error. */
export interface Refusal {
  method: string;
  path: string;
  status: number;
  /** Parsed body, or undefined when it is not JSON. */
  body: unknown;
  text: string;
  retryAfterSeconds: number | undefined;
  /** What we showed the server; for 401 alone. */
  credential?: string;
}

/** A `Status` object of the API server, or undefined when it is something else (a proxied program's own answer). */
export function readStatus(body: unknown): Status | undefined {
  if (!isObject(body) || body['kind'] !== 'Status' || body['apiVersion'] !== 'v1') return undefined;
  const details = isObject(body['details']) ? body['details'] : {};
  const retry = details['retryAfterSeconds'];
  return {
    message: textOf(body['message']),
    reason: textOf(body['reason']),
    code: typeof body['code'] === 'number' ? body['code'] : 0,
    causes: objectsOf(details['causes']).map((cause) => ({
      field: textOf(cause['field']),
      message: textOf(cause['message']),
      reason: textOf(cause['reason']),
    })),
    details: {
      name: textOf(details['name']),
      kind: textOf(details['kind']),
      group: textOf(details['group']),
      retryAfterSeconds: typeof retry === 'number' && retry > 0 ? retry : undefined,
    },
  };
}

/** The typed error for an answer of 400 and above. */
export function statusError(refusal: Refusal): ApiError {
  const status = readStatus(refusal.body);
  const said = status?.message || refusal.text.trim().split('\n')[0]?.slice(0, 500) || `HTTP ${refusal.status}`;
  const at: Attempted = { method: refusal.method, path: refusal.path, status: refusal.status, said };
  const what = `${refusal.method} ${refusal.path.split('?')[0]}`;
  const causes = status?.causes ?? [];
  switch (refusal.status) {
    case 401:
      return new UnauthenticatedError(
        `the API server does not accept our credential: we showed ${refusal.credential ?? 'what the kubeconfig says'}`,
        'log in again, or choose another context with --context',
        at,
      );
    case 403:
      return forbidden(said, status, at);
    case 404:
      return notFound(said, status, at, what);
    case 409:
      if (status?.reason === 'AlreadyExists') {
        return new AlreadyExistsError(said, 'choose another name, or remove the object first', at);
      }
      return conflict(said, causes, at);
    case 410:
      return new GoneError(`${what}: ${said}`, 'list again', at);
    case 422:
      return invalid(said, causes, at);
    case 429:
      return new ThrottledError(
        `the API server asks for fewer requests: ${said}`,
        'wait; if it lasts, look at API Priority and Fairness (kubectl get flowschemas) or at what else loads the API server',
        { ...at, retryAfterSeconds: refusal.retryAfterSeconds ?? status?.details.retryAfterSeconds },
      );
    case 504:
      return new TimeoutError(`${what}: the API server gave up: ${said}`, 'try again; if it lasts, look at etcd', {
        ...at,
        by: 'server',
      });
    case 400:
      // Strict field validation and undecodable bodies come as 400, a webhook's own verdict may too.
      return admissionPlugin(said) === undefined ? badRequest(said, what, at) : denied(said, at);
    default:
      if (refusal.status >= 500) {
        return new ServerError(
          `${what}: the API server answered ${refusal.status}: ${said}`,
          'look at the API server, and at the webhook or API service that the message names',
          at,
        );
      }
      return admissionPlugin(said) === undefined ? badRequest(said, what, at) : denied(said, at);
  }
}

function badRequest(said: string, what: string, at: Attempted): ApiError {
  if (
    /strict decoding error|cannot unmarshal|unable to decode|couldn't get version\/kind|json parse error/i.test(said)
  ) {
    return new InvalidError(said, 'correct the object', { ...at, causes: [] });
  }
  return new BadRequestError(`${what}: the API server cannot take this request: ${said}`, 'see its message', at);
}

function forbidden(said: string, status: Status | undefined, at: Attempted): ApiError {
  const byAuthorizer = /User "[^"]*" cannot |is attempting to grant RBAC permissions/.test(said);
  if (!byAuthorizer && status !== undefined && admissionPlugin(said) !== undefined) return denied(said, at);
  const permission = { ...permissionOf(at.method, at.path), ...permissionIn(said) };
  const who = /User "([^"]*)" cannot|user "([^"]*)" \(groups=/.exec(said);
  const user = who?.[1] ?? who?.[2];
  const escalation = /attempting to grant RBAC permissions/.test(said);
  // After the usual sentence, which says the same as ours, an authorizer may give its reason.
  const why = /(?:the namespace "[^"]*"|at the cluster scope|path "[^"]*")(: .+)$/s.exec(said)?.[1] ?? '';
  return new ForbiddenError(
    escalation ? said : `not allowed to ${showPermission(permission)}${user === undefined ? '' : ` as ${user}`}${why}`,
    escalation ? 'use a user who holds these permissions (or the verbs escalate and bind)' : showRule(permission),
    { ...at, permission, user },
  );
}

function denied(said: string, at: Attempted): AdmissionDeniedError {
  const by = admissionPlugin(said) ?? 'admission';
  return new AdmissionDeniedError(`refused by ${by}: ${said}`, remedyFor(by), { ...at, by });
}

function remedyFor(by: string): string {
  if (by === 'PodSecurity')
    return 'label the namespace with a weaker pod-security.kubernetes.io/enforce, or use another';
  if (by === 'ResourceQuota') return 'raise the quota of the namespace, or use a namespace without one';
  if (by === 'namespace is terminating') return 'wait until the namespace is gone, or use another';
  if (by.startsWith('webhook '))
    return `look at the ${by} (kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations)`;
  if (by.startsWith('policy ')) return `look at the ${by} (kubectl get validatingadmissionpolicies)`;
  return 'see what the message says; an administrator can change the rule';
}

function notFound(said: string, status: Status | undefined, at: Attempted, what: string): ApiError {
  // An unknown group, version or resource is "the server could not find the requested resource" or the mux's plain text.
  // Anything else is about an object, also where an aggregated API server gives no details (custom metrics).
  const missing = status === undefined || said.includes('could not find the requested resource');
  if (!missing) return new NotFoundError(said, 'check the name and the namespace', at);
  const { nonResourcePath, resource, group } = permissionOf(at.method, at.path);
  const kind = nonResourcePath ?? `${resource}${group === '' ? '' : `.${group}`}`;
  return new ApiMissingError(
    `${what}: the API server does not serve ${kind}`,
    'install what brings this API (its CRDs), or check the version in the path',
    at,
  );
}

function conflict(said: string, causes: Status['causes'], at: Attempted): ConflictError {
  const owners = causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => ({
      manager: /conflict with "([^"]*)"/.exec(cause.message)?.[1] ?? cause.message,
      field: cause.field,
    }));
  const names = [...new Set(owners.map((owner) => owner.manager))].join(', ');
  return new ConflictError(
    owners.length === 0 ? said : `${said} (held by ${names})`,
    owners.length === 0
      ? 'read the object again and decide anew'
      : `leave these fields to ${names}, or apply with force`,
    { ...at, owners },
  );
}

function invalid(said: string, causes: Status['causes'], at: Attempted): ApiError {
  const by = admissionPlugin(said);
  if (by?.startsWith('policy ') || by?.startsWith('webhook ')) return denied(said, at);
  return new InvalidError(said, 'correct the named fields', { ...at, causes });
}
