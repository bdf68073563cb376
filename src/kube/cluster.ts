import type { AccessAnswer, AccessQuestion, AccessRules, Whoami } from './access.ts';
import type { Impersonation } from './http/impersonation.ts';
import type { RequestObserver, RequestStats } from './http/observer.ts';
import type { Answer, CallOptions, RawRequest } from './http/request.ts';
import type { ListOptions, ObjectList } from './list.ts';
import type { LogOptions } from './logs.ts';
import type { KindLike, KubeObject, ObjectRef } from './object.ts';
import type { ProxyAnswer, ProxyRequest } from './proxy.ts';
import type { Resources } from './resources.ts';
import type { Watch, WatchOptions } from './watch/watch.ts';

export interface WriteOptions extends CallOptions {
  /** Ask the API server to do everything but store it. */
  dryRun?: boolean;
  /** What the server does with fields that it does not know. Default `Warn`: kept in `RequestRecord.warnings`. */
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** Name of the field manager; default `plimsoll`. */
  manager?: string;
  subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  /** Take fields over from other managers. Without it a clash throws `ConflictError`, which names the other manager. */
  force?: boolean;
}

export interface PatchOptions extends WriteOptions {
  /** `merge`: RFC 7386, an object. `json`: RFC 6902, a list of operations. `strategic`: built-in kinds only. */
  type?: 'merge' | 'json' | 'strategic';
}

export interface RemoveOptions extends CallOptions {
  /** Remove only the object with this uid; another one of the same name is left alone and `ConflictError` is thrown. */
  uid?: string;
  resourceVersion?: string;
  propagation?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
  dryRun?: boolean;
}

export interface RemoveAllOptions extends Omit<RemoveOptions, 'uid' | 'resourceVersion'> {
  namespace?: string;
  labels?: string;
  fields?: string;
}

export interface ServerVersion {
  /** For example `v1.37.2` or `v1.33.4-eks-1234567`. */
  gitVersion: string;
  major: number;
  minor: number;
  /** Everything that /version said. */
  raw: Record<string, unknown>;
}

/** What a view made by `with` has different from the cluster it was made from. Pools, discovery and watches are shared. */
export interface ViewOptions {
  onRequest?: RequestObserver;
  /** Ends every request and watch of this view. */
  signal?: AbortSignal;
  /** Deadline of each request, milliseconds, its retries included; default 30 000. */
  timeoutMs?: number;
  /** Speak as somebody else (needs the `impersonate` verb). */
  as?: Impersonation;
}

/**
 * One Kubernetes API server. Everything is plain JSON in and out. Every method takes `{ signal, timeoutMs }` and throws
 * the typed errors of error/api-error.ts; throttled requests are retried within the deadline.
 */
export interface Cluster {
  /** The API server's URL as the kubeconfig names it. */
  readonly server: string;
  /** The kubeconfig's context, `in-cluster`, or undefined. */
  readonly context: string | undefined;
  /** The context's namespace, `default` when it names none. */
  readonly namespace: string;
  /** Requests of this connection (all views): how many, how many of them retries, bytes. */
  readonly stats: RequestStats;

  get(ref: ObjectRef, options?: CallOptions & { subresource?: string }): Promise<KubeObject>;
  /** Like `get`, but undefined when there is no such object (a missing *kind* still throws `ApiMissingError`). */
  find(ref: ObjectRef, options?: CallOptions): Promise<KubeObject | undefined>;
  /** Reads page by page, the next page already under way: iterate it, or `await list.all()`. Sends nothing before that. */
  list(kind: KindLike, options?: ListOptions): ObjectList;
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** Full replacement (PUT); with `metadata.resourceVersion` a change in between throws `ConflictError`. */
  replace(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** Server-side apply. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: unknown, options?: PatchOptions): Promise<KubeObject>;
  /** The `scale` subresource. */
  scale(ref: ObjectRef, replicas: number, options?: CallOptions): Promise<KubeObject>;
  /** Asks for deletion; the object (or Status) answered. The object may live on until its finalizers are done. */
  remove(ref: ObjectRef, options?: RemoveOptions): Promise<KubeObject>;
  /** deletecollection: everything of that kind that the selectors match. */
  removeAll(kind: KindLike, options?: RemoveAllOptions): Promise<void>;

  /**
   * Watches a kind for ever: lists, follows, resumes, re-lists after a 410 (and says so with a GAP event). Watches of the
   * same kind, namespace and selectors share one stream. Ends at `signal`, `timeoutMs`, `close()` or a lasting refusal.
   */
  watch(kind: KindLike, options?: WatchOptions): Watch;

  /** One request as it stands, typed errors included; `path` starts with `/`. */
  request(request: RawRequest): Promise<Answer>;
  /** A pod's or service's own HTTP server, through the API server. The program's answer is returned whatever its status. */
  proxy(request: ProxyRequest): Promise<ProxyAnswer>;
  /** The whole log so far. */
  logs(pod: { namespace: string; name: string }, options?: LogOptions): Promise<string>;
  /**
   * Lines as they are written, until the container ends or the signal. The deadline is for the first bytes alone. A kubelet
   * that fails on the way writes its error as a last line and ends the answer in good order (seen: "failed to create fsnotify
   * watcher: ... too many open files"): that a log ended does not prove that the container did.
   */
  followLogs(pod: { namespace: string; name: string }, options?: LogOptions): AsyncIterable<string>;

  /** What the API server serves (aggregated discovery, cached; `{ refresh: true }` asks again). */
  resources(options?: CallOptions & { refresh?: boolean }): Promise<Resources>;
  version(options?: CallOptions): Promise<ServerVersion>;
  /** SelfSubjectAccessReview. */
  can(question: AccessQuestion, options?: CallOptions): Promise<AccessAnswer>;
  /** SelfSubjectRulesReview: what this user may do in a namespace, as far as the authorizers can list it. */
  rules(namespace: string, options?: CallOptions): Promise<AccessRules>;
  /** SelfSubjectReview: who the API server takes us for. */
  whoami(options?: CallOptions): Promise<Whoami>;

  /** The same connection with another observer, signal, deadline or identity. */
  with(view: ViewOptions): Cluster;
  /** Ends watches and closes connections. Requests under way fail with `AbortError`. */
  close(): Promise<void>;
}
