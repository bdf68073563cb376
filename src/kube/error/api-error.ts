import { EXIT, type ExitCode, PlimsollError } from '../../errors.ts';

/** Which request it was, where one was sent. */
export interface Attempted {
  method: string;
  /** Path with query. */
  path: string;
  /** HTTP status, when an answer came. */
  status?: number;
  /** The API server's own words (Status.message), when it said something. */
  said?: string;
}

export interface ApiErrorOptions extends Partial<Attempted> {
  exitCode?: ExitCode;
  cause?: unknown;
}

/** Every error of src/kube. `code` is stable; `status`, `method` and `path` say which request it was. */
export class ApiError extends PlimsollError {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;
  /** Status.message as the API server sent it. */
  readonly said: string | undefined;

  constructor(code: string, message: string, remedy: string, options: ApiErrorOptions = {}) {
    super(code, message, remedy, { exitCode: options.exitCode ?? EXIT.inconclusive, cause: options.cause });
    this.name = new.target.name;
    this.method = options.method;
    this.path = options.path;
    this.status = options.status;
    this.said = options.said;
  }
}

/** No connection, or it broke before the answer was whole. */
export class UnreachableError extends ApiError {
  /** False when the request certainly never left this machine; true when the API server may have carried it out. */
  readonly maybeDone: boolean;
  constructor(message: string, remedy: string, options: ApiErrorOptions & { maybeDone: boolean }) {
    super('unreachable', message, remedy, { exitCode: EXIT.unreachable, ...options });
    this.maybeDone = options.maybeDone;
  }
}

/** The two sides could not agree on TLS: wrong CA, wrong name, expired certificate. */
export class TlsError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('tls', message, remedy, { exitCode: EXIT.unreachable, ...options });
  }
}

/** 401: the API server does not know who we are. */
export class UnauthenticatedError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('unauthenticated', message, remedy, { exitCode: EXIT.unreachable, ...options });
  }
}

/** What was asked for, in the words of RBAC. */
export interface Permission {
  verb: string;
  group: string;
  /** Plural; with a slash for a subresource (`pods/log`). Empty for non-resource paths. */
  resource: string;
  /** undefined: cluster scope. */
  namespace: string | undefined;
  name: string | undefined;
  /** Non-resource URL, for example `/metrics`. */
  nonResourcePath: string | undefined;
}

/** 403 by an authorizer: `permission` is the rule that is missing. */
export class ForbiddenError extends ApiError {
  readonly permission: Permission;
  readonly user: string | undefined;
  constructor(
    message: string,
    remedy: string,
    options: ApiErrorOptions & { permission: Permission; user: string | undefined },
  ) {
    super('forbidden', message, remedy, { exitCode: EXIT.unreachable, ...options });
    this.permission = options.permission;
    this.user = options.user;
  }
}

/** An admission webhook, a policy, pod security, quota or another admission plugin said no. */
export class AdmissionDeniedError extends ApiError {
  /** Who: `webhook NAME`, `policy NAME`, `PodSecurity`, `ResourceQuota`, `LimitRanger`, `namespace is terminating`, `admission`. */
  readonly by: string;
  constructor(message: string, remedy: string, options: ApiErrorOptions & { by: string }) {
    super('admission-denied', message, remedy, options);
    this.by = options.by;
  }
}

/** 404: no such object. */
export class NotFoundError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('not-found', message, remedy, options);
  }
}

/** The API server does not serve this kind (CRD not installed, version not served). */
export class ApiMissingError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('api-missing', message, remedy, options);
  }
}

/** 409: somebody else changed it, owns the field, or it is not the object it was taken for. */
export class ConflictError extends ApiError {
  /** Server-side apply: which field belongs to which manager. Empty for other conflicts. */
  readonly owners: readonly { manager: string; field: string }[];
  constructor(
    message: string,
    remedy: string,
    options: ApiErrorOptions & { owners: readonly { manager: string; field: string }[] },
  ) {
    super('conflict', message, remedy, options);
    this.owners = options.owners;
  }
}

export class AlreadyExistsError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('already-exists', message, remedy, options);
  }
}

/** 422, or 400 for a body that cannot be decoded: the object breaks its schema or validation. */
export class InvalidError extends ApiError {
  readonly causes: readonly { field: string; message: string; reason: string }[];
  constructor(
    message: string,
    remedy: string,
    options: ApiErrorOptions & { causes: readonly { field: string; message: string; reason: string }[] },
  ) {
    super('invalid', message, remedy, options);
    this.causes = options.causes;
  }
}

/** 410: this resourceVersion or continue token is too old. */
export class GoneError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('gone', message, remedy, options);
  }
}

/** 429 for longer than the deadline. */
export class ThrottledError extends ApiError {
  /** What the last Retry-After said. */
  readonly retryAfterSeconds: number | undefined;
  constructor(message: string, remedy: string, options: ApiErrorOptions & { retryAfterSeconds: number | undefined }) {
    super('throttled', message, remedy, { exitCode: EXIT.unreachable, ...options });
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Our deadline (`by: 'client'`) or the API server's (`by: 'server'`). */
export class TimeoutError extends ApiError {
  readonly by: 'client' | 'server';
  constructor(message: string, remedy: string, options: ApiErrorOptions & { by: 'client' | 'server' }) {
    super('timeout', message, remedy, { exitCode: EXIT.unreachable, ...options });
    this.by = options.by;
  }
}

/** 5xx: the API server, or something that it had to ask (webhook, aggregated API server, kubelet), failed. */
export class ServerError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('server-error', message, remedy, { exitCode: EXIT.unreachable, ...options });
  }
}

/** Any other refusal (400, 405, 406, 413, 415): a request that the API server cannot take. */
export class BadRequestError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('bad-request', message, remedy, options);
  }
}

/** The kubeconfig cannot be used: missing, unreadable, not YAML, a name that points nowhere. */
export class KubeconfigError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('kubeconfig', message, remedy, { exitCode: EXIT.unreachable, ...options });
  }
}

/** No kubeconfig was named, there is none in the usual places, and this is not a pod. */
export class NoKubeconfigError extends ApiError {
  constructor(message: string, remedy: string) {
    super('no-kubeconfig', message, remedy, { exitCode: EXIT.unreachable });
  }
}

/** The kubeconfig's credential plugin did not give a credential. */
export class CredentialPluginError extends ApiError {
  constructor(message: string, remedy: string, options: ApiErrorOptions = {}) {
    super('credential-plugin', message, remedy, { exitCode: EXIT.unreachable, ...options });
  }
}
