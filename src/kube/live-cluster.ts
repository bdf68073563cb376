import {
  ACCESS_API,
  type AccessAnswer,
  type AccessQuestion,
  type AccessRules,
  accessReview,
  readAccess,
  readRules,
  readWhoami,
  rulesReview,
  type Whoami,
} from './access.ts';
import type {
  ApplyOptions,
  Cluster,
  PatchOptions,
  RemoveAllOptions,
  RemoveOptions,
  ServerVersion,
  ViewOptions,
  WriteOptions,
} from './cluster.ts';
import type { Connection } from './connection.ts';
import { NotFoundError } from './error/api-error.ts';
import { MOST_OF_A_PROGRAM } from './http/answer-limit.ts';
import type { Caller } from './http/exchange.ts';
import { parseJson } from './http/message.ts';
import type { RequestStats } from './http/observer.ts';
import type { Answer, CallOptions, RawRequest } from './http/request.ts';
import { type ListOptions, METADATA_LIST, type ObjectList, PagedList } from './list.ts';
import { type LogOptions, linesOf, logRequest } from './logs.ts';
import { isObject, type KindLike, type KubeObject, kindRef, type ObjectRef, refOf, textOf } from './object.ts';
import { collectionPath } from './path-of.ts';
import { type ProxyAnswer, type ProxyRequest, proxyAnswer, proxyPath } from './proxy.ts';
import type { Resources } from './resources.ts';
import type { Watch, WatchOptions } from './watch/watch.ts';
import { applyRequest, deleteRequest, patchRequest, writeQuery } from './write.ts';

/** The public face over one connection; cheap to make, so every view is one. */
export class LiveCluster implements Cluster {
  readonly #connection: Connection;
  readonly #caller: Caller;

  constructor(connection: Connection, caller: Caller) {
    this.#connection = connection;
    this.#caller = caller;
  }

  get server(): string {
    return this.#connection.login.server;
  }

  get context(): string | undefined {
    return this.#connection.login.context;
  }

  get namespace(): string {
    return this.#connection.login.namespace;
  }

  get stats(): RequestStats {
    return this.#connection.tally.stats;
  }

  async get(ref: ObjectRef, options: CallOptions & { subresource?: string } = {}): Promise<KubeObject> {
    return await this.#object({ ...call(options), path: await this.#path(ref, options, options.subresource) });
  }

  async find(ref: ObjectRef, options: CallOptions = {}): Promise<KubeObject | undefined> {
    try {
      return await this.get(ref, options);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  list(kind: KindLike, options: ListOptions = {}): ObjectList {
    return new PagedList(
      async (page, onFirstBytes, signal) => {
        const resource = await this.#connection.resource(kind, this.#caller, call(options));
        const request: RawRequest = {
          ...call(options),
          path: collectionPath(resource, options.namespace),
          query: { labelSelector: options.labels, fieldSelector: options.fields, ...page },
          ...(options.metadataOnly === true ? { accept: METADATA_LIST } : {}),
        };
        const caller = { ...this.#caller, signals: [...this.#caller.signals, signal] };
        const answer = await this.#connection.sender.send(request, caller, { onFirstBytes });
        return { body: this.#connection.json(answer), path: answer.path };
      },
      kindRef(kind),
      options,
    );
  }

  async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const resource = await this.#connection.resource(object, this.#caller, call(options));
    const { namespace, name } = object.metadata;
    const path =
      options.subresource === undefined
        ? collectionPath(resource, namespace)
        : await this.#path({ ...refOf(object), name: name ?? '' }, options, options.subresource);
    return await this.#object({ ...call(options), method: 'POST', path, query: writeQuery(options), body: object });
  }

  async replace(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = await this.#path(refOf(object), options, options.subresource);
    return await this.#object({ ...call(options), method: 'PUT', path, query: writeQuery(options), body: object });
  }

  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
    const path = await this.#path(refOf(object), options, options.subresource);
    return await this.#object({ ...call(options), path, ...applyRequest(object, options) });
  }

  async patch(ref: ObjectRef, patch: unknown, options: PatchOptions = {}): Promise<KubeObject> {
    const path = await this.#path(ref, options, options.subresource);
    return await this.#object({ ...call(options), path, ...patchRequest(patch, options) });
  }

  async scale(ref: ObjectRef, replicas: number, options: CallOptions = {}): Promise<KubeObject> {
    return await this.patch(ref, { spec: { replicas } }, { ...options, subresource: 'scale' });
  }

  async remove(ref: ObjectRef, options: RemoveOptions = {}): Promise<KubeObject> {
    return await this.#object({ ...call(options), path: await this.#path(ref, options), ...deleteRequest(options) });
  }

  async removeAll(kind: KindLike, options: RemoveAllOptions = {}): Promise<void> {
    const resource = await this.#connection.resource(kind, this.#caller, call(options));
    const { body } = deleteRequest(options);
    await this.#send({
      ...call(options),
      method: 'DELETE',
      path: collectionPath(resource, options.namespace),
      query: { labelSelector: options.labels, fieldSelector: options.fields },
      body,
    });
  }

  watch(kind: KindLike, options: WatchOptions = {}): Watch {
    return this.#connection.watches.watch(kind, options, this.#caller);
  }

  async request(request: RawRequest): Promise<Answer> {
    const send = { anyStatus: request.anyStatus ?? false };
    const answer = await this.#connection.sender.send(request, this.#caller, send);
    const text = answer.bytes.toString('utf8');
    const { path, status, headers, ms } = answer;
    return { method: request.method ?? 'GET', path, status, headers, ms, text, body: parseJson(text, headers) };
  }

  async proxy(request: ProxyRequest): Promise<ProxyAnswer> {
    const raw: RawRequest = {
      ...call(request),
      method: request.method ?? 'GET',
      path: proxyPath(request),
      accept: '*/*',
      contentType: 'application/octet-stream',
      ...(request.headers === undefined ? {} : { headers: request.headers }),
      ...(request.body === undefined ? {} : { body: request.body }),
    };
    // One try: what the program answers, also 429 or 503, is what was asked for.
    const answer = await this.#connection.sender.send(raw, this.#caller, {
      lane: 'foreign',
      anyStatus: true,
      retry: 'none',
      most: MOST_OF_A_PROGRAM,
    });
    return proxyAnswer(raw, answer);
  }

  async logs(pod: { namespace: string; name: string }, options: LogOptions = {}): Promise<string> {
    const request = { ...call(options), ...logRequest(pod, options, false), accept: '*/*' };
    const answer = await this.#connection.sender.send(request, this.#caller, { lane: 'foreign' });
    return answer.bytes.toString('utf8');
  }

  async *followLogs(pod: { namespace: string; name: string }, options: LogOptions = {}): AsyncGenerator<string> {
    const request = { ...call(options), ...logRequest(pod, options, true), accept: '*/*' };
    yield* linesOf(await this.#connection.follow(request, this.#caller));
  }

  resources(options: CallOptions & { refresh?: boolean } = {}): Promise<Resources> {
    return this.#connection.resources(this.#caller, call(options), options.refresh ?? false);
  }

  async version(options: CallOptions = {}): Promise<ServerVersion> {
    const raw = await this.#send({ ...call(options), path: '/version' });
    const number = (field: string): number => Number.parseInt(textOf(raw[field]), 10);
    return { gitVersion: textOf(raw['gitVersion']), major: number('major'), minor: number('minor'), raw };
  }

  async can(question: AccessQuestion, options: CallOptions = {}): Promise<AccessAnswer> {
    const path = `${ACCESS_API}/selfsubjectaccessreviews`;
    return readAccess(await this.#send({ ...call(options), method: 'POST', path, body: accessReview(question) }));
  }

  async rules(namespace: string, options: CallOptions = {}): Promise<AccessRules> {
    const path = `${ACCESS_API}/selfsubjectrulesreviews`;
    return readRules(await this.#send({ ...call(options), method: 'POST', path, body: rulesReview(namespace) }));
  }

  async whoami(options: CallOptions = {}): Promise<Whoami> {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    return readWhoami(await this.#send({ ...call(options), method: 'POST', path, body }));
  }

  with(view: ViewOptions): Cluster {
    const { observers, signals, timeoutMs, as } = this.#caller;
    return new LiveCluster(this.#connection, {
      observers: view.onRequest === undefined ? observers : [...observers, view.onRequest],
      signals: view.signal === undefined ? signals : [...signals, view.signal],
      timeoutMs: view.timeoutMs ?? timeoutMs,
      as: view.as ?? as,
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #path(ref: ObjectRef, options: CallOptions, subresource?: string): Promise<string> {
    return await this.#connection.objectPath(ref, subresource, this.#caller, call(options));
  }

  async #object(request: RawRequest): Promise<KubeObject> {
    const body = await this.#send(request);
    return { ...body, apiVersion: textOf(body['apiVersion']), kind: textOf(body['kind']), metadata: metadataOf(body) };
  }

  async #send(request: RawRequest): Promise<Record<string, unknown>> {
    const answer = await this.#connection.sender.send(request, this.#caller);
    return this.#connection.json(answer);
  }
}

function metadataOf(body: Record<string, unknown>): KubeObject['metadata'] {
  return isObject(body['metadata']) ? body['metadata'] : {};
}

/** The two options of every call, without what else a method's options hold. */
function call({ signal, timeoutMs }: CallOptions): CallOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}
