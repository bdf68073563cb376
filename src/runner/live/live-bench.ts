import type {
  Attempt,
  Bench,
  BenchAnswer,
  CreateOptions,
  Handle,
  QuietOptions,
  UntilOptions,
} from '../../case-kit/bench.ts';
import { leastOf, type Reachable, type Watched } from '../../case-kit/claims/claim.ts';
import { caseError } from '../../case-kit/stop.ts';
import type { Condition, Duration, Fact, GroupCondition, Phase, Target } from '../../evidence/index.ts';
import { ApiError, ForbiddenError } from '../../kube/error/api-error.ts';
import type { RawRequest } from '../../kube/http/request.ts';
import { type KindName, type KubeObject, kindName, type ObjectRef } from '../../kube/object.ts';
import { mustServe } from '../../kube/path-of.ts';
import type { ProxyRequest } from '../../kube/proxy.ts';
import { CASE_LABEL } from '../labels.ts';
import { Course } from './course.ts';
import { makeNamespace, type NamespaceOptions } from './namespaces.ts';
import { pollUntil } from './poll.ts';
import { keepQuiet } from './quiet.ts';
import { digestOf, KEPT, recordedCall } from './recorded-call.ts';
import { PULL_SECRET, type Session } from './session.ts';
import { waitUntil } from './wait.ts';
import { isAnswer } from './why-stopped.ts';
import { createObject, patchObject, removeCollection, removeObject, replaceObject } from './writes.ts';

/** The bench over a real cluster. `attempt` makes another one over the same session, with a name for its answers. */
export class LiveBench implements Bench {
  readonly #session: Session;
  readonly #name: string | undefined;
  readonly #course: Course;

  constructor(session: Session, name?: string, course = new Course(session.log)) {
    this.#session = session;
    this.#name = name;
    this.#course = course;
  }

  get run(): string {
    return this.#session.run;
  }
  get namespace(): string {
    return this.#session.namespaces[0] ?? '';
  }
  get image(): string {
    return this.#session.probe.image;
  }
  get imagePullSecrets(): readonly { name: string }[] {
    return this.#session.probe.pullSecret === undefined ? [] : [{ name: PULL_SECRET }];
  }
  get signal(): AbortSignal {
    return this.#session.signal;
  }

  mark(at: Parameters<Bench['mark']>[0], data?: unknown): void {
    this.signal.throwIfAborted();
    this.#course.mark(at, data);
  }

  begin(phase: Phase): void {
    this.signal.throwIfAborted();
    this.#course.begin(phase);
  }

  finish(phase: Phase): void {
    this.signal.throwIfAborted();
    this.#course.finish(phase);
  }

  async phase<T>(phase: Phase, body: () => Promise<T>): Promise<T> {
    this.begin(phase);
    const done = await body();
    this.finish(phase);
    return done;
  }

  since(of: Parameters<Bench['since']>[0]): number {
    return this.#course.since(of);
  }

  learn<T>({ mark }: Fact<T>, data: T): void {
    this.mark(mark, data);
  }

  note(text: string, data?: unknown): void {
    this.#session.log.write({ kind: 'note', text, ...(data === undefined ? {} : { data }) });
  }

  async reach(claim: Reachable, { otherwise = 'throw' }: { otherwise?: 'throw' | 'go-on' } = {}): Promise<boolean> {
    const { target, condition, within } = claim;
    const reached = await this.until(target, condition, { within, otherwise });
    if (reached) this.#course.reached(claim);
    return reached;
  }

  async keep(claim: Watched): Promise<boolean> {
    const { target, phase, lasting, unless } = claim;
    const rest = leastOf(lasting, (control) => this.#course.took(control)) - this.since(phase);
    if (rest <= 0) return true;
    return this.quiet(target, { during: rest, ...(unless === undefined ? {} : { unless }) });
  }

  create(object: KubeObject, options: CreateOptions = {}): Promise<Handle> {
    return createObject(this.#session, this.#name ?? 'create', object, options.group);
  }

  async createNamespace(name: string, options: NamespaceOptions = {}): Promise<string> {
    const full = `${this.namespace}-${name}`;
    await makeNamespace(this.#session, full, options);
    return full;
  }

  get(ref: ObjectRef): Promise<KubeObject> {
    this.#session.declared.read(kindName({ apiVersion: ref.apiVersion, kind: ref.kind }));
    return recordedCall(this.#session, { name: this.#name ?? 'get', ref, ask: (cluster) => cluster.get(ref) });
  }

  list(kind: KindName, options: { namespace?: string; labels?: string; fields?: string } = {}): Promise<KubeObject[]> {
    this.#session.declared.read(kind);
    return recordedCall(this.#session, {
      name: this.#name ?? 'list',
      sent: { kind, ...options },
      ask: (cluster) => cluster.list(kind, options).all(),
    });
  }

  patch(ref: ObjectRef, patch: Record<string, unknown>, options: { subresource?: string } = {}): Promise<KubeObject> {
    return patchObject(this.#session, this.#name ?? 'patch', ref, patch, options.subresource);
  }

  replace(object: KubeObject, options: { subresource?: string } = {}): Promise<KubeObject> {
    return replaceObject(this.#session, this.#name ?? 'replace', object, options.subresource);
  }

  remove(ref: ObjectRef, options: Parameters<Bench['remove']>[1] = {}): Promise<void> {
    return removeObject(this.#session, this.#name ?? 'remove', ref, options);
  }

  removeAll(kind: KindName, options: { namespace?: string; labels?: string } = {}): Promise<void> {
    return removeCollection(this.#session, this.#name ?? 'removeAll', kind, options);
  }

  async attempt<T>(name: string, what: (bench: Bench) => Promise<T>): Promise<Attempt<T>> {
    try {
      return { accepted: true, value: await what(new LiveBench(this.#session, name, this.#course)) };
    } catch (error) {
      if (!isAnswer(error)) throw error;
      return { accepted: false, status: error.status, code: error.code, said: error.said ?? error.message };
    }
  }

  releaseTokens(): void {
    this.#session.releaseTokens();
  }

  async endNamespaces(): Promise<void> {
    const { ledger, caseId } = this.#session;
    const namespaces = ledger.pending(caseId).objects.filter(({ ref }) => kindName(ref) === 'v1/Namespace');
    await Promise.all(namespaces.map(({ ref }) => removeObject(this.#session, 'end namespace', ref, {})));
  }

  async observe(target: Target): Promise<Target> {
    const { declared, resources, namespaces, recorder } = this.#session;
    declared.read(target.of);
    const of = target.of as KindName;
    const { namespaced } = mustServe(resources, of);
    const selectors = {
      ...(target.labels === undefined ? {} : { labels: target.labels }),
      ...(target.fields === undefined ? {} : { fields: target.fields }),
    };
    const places = !namespaced ? [undefined] : target.namespace === undefined ? namespaces : [target.namespace];
    await Promise.all(
      places.map((namespace) =>
        recorder.observe({ of, ...selectors, ...(namespace === undefined ? {} : { namespace }) }),
      ),
    );
    return target;
  }

  async observeOthers(target: Pick<Target, 'of' | 'fields'>, keep: readonly string[]): Promise<Target> {
    const { declared, recorder, caseLabel } = this.#session;
    declared.read(target.of);
    const scope = { ...target, of: target.of as KindName, labels: `${CASE_LABEL}!=${caseLabel}` };
    await recorder.observe({ ...scope, keep });
    return scope;
  }

  pods(question: Omit<Target, 'of'> = {}): Target {
    return { of: 'v1/Pod', ...question };
  }

  current(target: Target): readonly KubeObject[] {
    return this.#session.recorder.picture(target);
  }

  async until(target: Handle | Target, condition: Condition | GroupCondition, options: UntilOptions): Promise<boolean> {
    const { recorder } = this.#session;
    const look = (): true | string => {
      const objects = recorder.picture(target);
      if (!isHandle(target)) return (condition as GroupCondition)(objects);
      const object = objects[0];
      return object === undefined ? 'it is not there' : (condition as Condition)(object);
    };
    return waitUntil(this.#session, { target, name: condition.name, look }, options);
  }

  untilGone(target: Target, options: UntilOptions): Promise<boolean> {
    const look = (): true | string => {
      const left = this.current(target);
      if (left.length === 0) return true;
      const finalizers = left.flatMap((object) => object.metadata.finalizers ?? []);
      return `${left.length} still there${finalizers.length > 0 ? `, finalizers ${finalizers.join(', ')}` : ''}`;
    };
    // What holds pods that are to go back from running holds nobody back here.
    return waitUntil(this.#session, { target, name: 'gone', look, quiet: true }, options);
  }

  quiet(target: Target, options: QuietOptions): Promise<boolean> {
    return keepQuiet(this.#session, target, options);
  }

  poll(
    what: string,
    look: () => Promise<true | string>,
    options: UntilOptions & { every: Duration },
  ): Promise<boolean> {
    return pollUntil(this.#session, what, look, options);
  }

  async logs(pod: ObjectRef, container: string): Promise<string> {
    const { log, cluster, underway } = this.#session;
    const namespace = pod.namespace ?? this.namespace;
    const work = cluster.logs({ namespace, name: pod.name }, { container });
    underway.add(work);
    const text = await work.finally(() => underway.delete(work));
    const digest = digestOf(text);
    log.write({
      kind: 'log',
      namespace,
      pod: pod.name,
      container,
      text: digest === undefined ? text : text.slice(0, KEPT),
      ...(pod.uid === undefined ? {} : { uid: pod.uid }),
      ...(digest === undefined ? {} : { digest }),
    });
    return text;
  }

  async request(request: RawRequest): Promise<BenchAnswer> {
    const { method = 'GET', query } = request;
    if (method !== 'GET' && method !== 'HEAD' && query?.['dryRun'] !== 'All')
      throw caseError(`bench.request is for reading: ${method} ${request.path} would not be in the ledger`);
    return recordedCall(this.#session, {
      name: this.#name ?? 'request',
      ...(request.body === undefined ? {} : { sent: request.body }),
      ask: (cluster) => cluster.request({ ...request, anyStatus: true }),
      shown: ({ status, body, text }) => ({ status, body: body ?? text }),
    });
  }

  async proxy(request: ProxyRequest): Promise<BenchAnswer> {
    try {
      const answer = await recordedCall(this.#session, {
        name: this.#name ?? 'proxy',
        via: 'proxy',
        ...(request.body === undefined ? {} : { sent: String(request.body) }),
        ask: (cluster) => cluster.proxy(request),
        shown: ({ status, text, headers }) => ({ status, body: text, headers }),
      });
      return { ...answer, body: json(answer.text) };
    } catch (error) {
      // The API server could not reach the program (no endpoints yet, connection refused): an answer like any other.
      if (
        !(error instanceof ApiError) ||
        error instanceof ForbiddenError ||
        error.status === undefined ||
        error.status === 401
      )
        throw error;
      return { status: error.status, headers: {}, text: error.said ?? error.message, body: undefined, ms: 0 };
    }
  }
}

function isHandle(target: Handle | Target): target is Handle {
  return 'object' in target;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
