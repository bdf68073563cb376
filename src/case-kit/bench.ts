import type {
  Boundary,
  Condition,
  Duration,
  Fact,
  GroupCondition,
  MarkName,
  Phase,
  Target,
} from '../evidence/index.ts';
import type { RawRequest } from '../kube/http/request.ts';
import type { KindName, KubeObject, ObjectRef } from '../kube/object.ts';
import type { ProxyRequest } from '../kube/proxy.ts';
import type { Reachable, Watched } from './claims/claim.ts';

/** An object that the case made or looks at: a target (the object itself) with the API server's last answer. */
export interface Handle extends Target {
  readonly of: KindName;
  readonly name: string;
  readonly uid: string;
  readonly ref: ObjectRef;
  /** As the API server answered when it was created. */
  readonly object: KubeObject;
  /** The pods of the object's group (of the object itself when it was given no group: what it owns, directly or not). */
  readonly pods: Target;
}

/** What came of something that may be refused. A refusal is an answer; an unreachable API server is not. */
export type Attempt<T> =
  | { readonly accepted: true; readonly value: T }
  | { readonly accepted: false; readonly status: number; readonly code: string; readonly said: string };

export interface CreateOptions {
  /** Group label for the object and for every pod template and claim template inside it; see `Target.group`. */
  group?: string;
}

export interface UntilOptions {
  within: Duration;
  /** `throw` (default): the act ends here, the timeline so far is judged. `go-on`: false is returned. */
  otherwise?: 'throw' | 'go-on';
}

export interface QuietOptions {
  during: Duration;
  /** Stop early when some object fulfils this: the negative is broken, waiting longer shows nothing new. */
  unless?: Condition;
}

/** An answer whose status the case wants to see, whatever it is. */
export interface BenchAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** Parsed when it is JSON. */
  body: unknown;
  ms: number;
}

/**
 * All that a case may do to a cluster. Every use lands in the timeline. Every object that is created gets the labels
 * `plimsoll.dev/run` and `plimsoll.dev/case`, is written to the ledger first, and is removed when the act has ended.
 */
export interface Bench {
  readonly run: string;
  /** The case's own namespace, made for it (pod security as in `needs`). */
  readonly namespace: string;
  /** The probe image (busybox), as the user's options name it, and the pull secrets to put into pods. */
  readonly image: string;
  readonly imagePullSecrets: readonly { name: string }[];
  /** Aborted when the case has to stop (Ctrl-C, budget). Everything below heeds it. */
  readonly signal: AbortSignal;

  /** A phase begins now. Where another one ended with the mark with which it begins, it has begun already. */
  begin(phase: Phase): void;
  finish(phase: Phase): void;
  /** Begins a phase, does what belongs to it, and ends it. What throws leaves it unfinished. */
  phase<T>(phase: Phase, body: () => Promise<T>): Promise<T>;
  /** Milliseconds since a phase began. */
  since(phase: Phase | MarkName): number;
  /** Writes down what was found out, for judges: `timeline.learned(fact)`. */
  learn<T>(fact: Fact<T>, data: T): void;
  /** A moment; where it is an end of a phase, the phase begins or ends. */
  mark(name: string | Boundary, data?: unknown): void;
  note(text: string, data?: unknown): void;

  /** Waits until a claim holds. `throw` (default): the act ends here when time is up. `go-on`: false is returned. */
  reach(claim: Reachable, options?: { readonly otherwise?: 'throw' | 'go-on' }): Promise<boolean>;
  /**
   * Goes on watching until the phase of a claim has lasted as long as it has to, by what is known now: asked again, it watches for what is
   * left. False when the claim was broken: watching longer shows nothing new.
   */
  keep(claim: Watched): Promise<boolean>;

  /**
   * Creates an object; a watch on its kind is synced beforehand, so nothing of its life is missed. Namespaced objects without
   * a namespace go to the case's own.
   */
  create(object: KubeObject, options?: CreateOptions): Promise<Handle>;
  /** Another namespace of the case, with its own pod security level. */
  createNamespace(
    name: string,
    options?: { podSecurity?: 'restricted' | 'baseline' | 'privileged'; labels?: Record<string, string> },
  ): Promise<string>;
  get(ref: ObjectRef): Promise<KubeObject>;
  list(kind: KindName, options?: { namespace?: string; labels?: string; fields?: string }): Promise<KubeObject[]>;
  /** JSON merge patch. An object that the case did not create is put back as it was at the end. */
  patch(ref: ObjectRef, patch: Record<string, unknown>, options?: { subresource?: string }): Promise<KubeObject>;
  /** PUT, heeding `metadata.resourceVersion`. Own objects only. */
  replace(object: KubeObject, options?: { subresource?: string }): Promise<KubeObject>;
  /** Deletes an own object (with its uid as precondition). Does not wait: use `untilGone`. */
  remove(
    ref: ObjectRef,
    options?: { gracePeriodSeconds?: number; propagation?: 'Foreground' | 'Background' | 'Orphan' },
  ): Promise<void>;
  /** deletecollection, always limited to this case's own objects by its label. */
  removeAll(kind: KindName, options?: { namespace?: string; labels?: string }): Promise<void>;

  /** Does something that may be refused. Its answers are recorded under `name`, for `timeline.answers({ name })`. */
  attempt<T>(name: string, what: (bench: Bench) => Promise<T>): Promise<Attempt<T>>;

  /**
   * Gives the tokens of `needs` back before the act ends: what the case still does needs nothing of what they stand for (it has
   * removed its pods, it only waits for something else). Others can go on meanwhile.
   */
  releaseTokens(): void;

  /**
   * Deletes the case's namespaces with all that lies in them, before the act ends, for an act that only watches what is not its own from
   * here on: the API server lets a namespace go 5 s after it was asked to, and so that time is not waited for at the end.
   */
  endNamespaces(): Promise<void>;

  /** Watches a kind from now on (synced when it returns). Pods and events of the case's namespaces are watched anyway. */
  observe(target: Target): Promise<Target>;
  /**
   * Watches what is not the case's own, in every namespace: who else holds what. Of each object only its name and the fields of `keep`
   * are recorded (dotted paths, `*` for every item of a list), because the rest is nobody's business. A judge asks with the target that is
   * returned: put it into a mark.
   */
  observeOthers(target: Pick<Target, 'of' | 'fields'>, keep: readonly string[]): Promise<Target>;
  /** Pods of the case's namespaces: `bench.pods({ group: 'gang' })`. */
  pods(question?: Omit<Target, 'of'>): Target;
  /** What a target shows at this moment. */
  current(target: Target): readonly KubeObject[];

  /** A handle is waited for with a condition on the object itself, any other target with one on all that it covers. */
  until(handle: Handle, condition: Condition, options: UntilOptions): Promise<boolean>;
  until(target: Target, condition: GroupCondition, options: UntilOptions): Promise<boolean>;
  /** Until nothing that the target covers exists any more. */
  untilGone(target: Target, options: UntilOptions): Promise<boolean>;
  /**
   * Keeps watching for a while and decides nothing. Throws when there is nothing to watch (no synced watch covers the target,
   * or its group was never given an object), so that silence is never taken for proof. True when it stayed quiet
   * (`unless` never came true).
   */
  quiet(target: Target, options: QuietOptions): Promise<boolean>;

  /**
   * Asks again and again, for what no watch can tell (HTTP answers, logs). `look` answers true or why not yet, and its own
   * requests land in the timeline. The next try comes `every` after the last one ended.
   */
  poll(what: string, look: () => Promise<true | string>, options: UntilOptions & { every: Duration }): Promise<boolean>;

  /** The log of a container, as it is now. Recorded whole up to 256 KiB. */
  logs(pod: ObjectRef, container: string): Promise<string>;
  /**
   * A request to the API server as it stands; any status is returned. Reading only (or `dryRun=All`): what is created must be in the
   * ledger.
   */
  request(request: RawRequest): Promise<BenchAnswer>;
  /** A request to a program in the cluster through the API server's service or pod proxy; any status is returned. */
  proxy(request: ProxyRequest): Promise<BenchAnswer>;
}
