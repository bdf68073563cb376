import { DISCOVERY_ACCEPT, readDiscovery } from './discovery.ts';
import { ServerError, TimeoutError } from './error/api-error.ts';
import { Deadline } from './http/deadline.ts';
import type { Caller, WholeAnswer } from './http/exchange.ts';
import { parseJson } from './http/message.ts';
import type { CallOptions, RawRequest } from './http/request.ts';
import type { Sender } from './http/sender.ts';
import type { Tally } from './http/tally.ts';
import type { Transport } from './http/transport.ts';
import type { Login } from './login/login.ts';
import { isObject, type KindLike, type ObjectRef } from './object.ts';
import { mustServe, objectPath } from './path-of.ts';
import type { Resource, Resources } from './resources.ts';
import { Watches } from './watch/watches.ts';

const DISCOVERY_MS = 30_000;

/** What all views of one cluster share: connections, what the API server serves, watches. */
export class Connection {
  readonly login: Login;
  readonly tally: Tally;
  readonly sender: Sender;
  readonly watches: Watches;
  readonly #transport: Transport;
  readonly #closed: AbortController;
  #resources: Promise<Resources> | undefined;

  constructor(parts: { login: Login; tally: Tally; sender: Sender; transport: Transport; closed: AbortController }) {
    this.login = parts.login;
    this.tally = parts.tally;
    this.sender = parts.sender;
    this.#transport = parts.transport;
    this.#closed = parts.closed;
    this.watches = new Watches(this);
  }

  /** Discovery, asked once for all callers and kept; a failure is not kept. */
  async resources(caller: Caller, options: CallOptions, refresh: boolean): Promise<Resources> {
    const limit = options.timeoutMs ?? caller.timeoutMs;
    using deadline = new Deadline(limit, [options.signal, ...caller.signals, this.#closed.signal]);
    if (this.#resources === undefined || refresh) {
      // Bound to no caller's signal: whoever leaves must not take it from the others.
      const asked = this.#discover({ ...caller, signals: [] });
      this.#resources = asked;
      asked.catch(() => {
        if (this.#resources === asked) this.#resources = undefined;
      });
    }
    try {
      return await deadline.race(this.#resources);
    } catch (error) {
      if (!deadline.expired || error instanceof TimeoutError) throw error;
      const remedy = 'check the network and the load of the API server, or allow more time';
      throw new TimeoutError(`what the API server serves was not known within ${limit / 1000} s`, remedy, {
        by: 'client',
        cause: error,
      });
    }
  }

  /** @throws ApiMissingError, after discovery was asked anew: a CRD may have come since */
  async resource(kind: KindLike, caller: Caller, options: CallOptions): Promise<Resource> {
    const known = (await this.resources(caller, options, false)).find(kind);
    return known ?? mustServe(await this.resources(caller, options, true), kind);
  }

  async objectPath(
    ref: ObjectRef,
    subresource: string | undefined,
    caller: Caller,
    options: CallOptions,
  ): Promise<string> {
    return objectPath(await this.resource(ref, caller, options), ref, subresource);
  }

  /** An answer that goes on for as long as somebody else likes (followed logs). */
  async follow(request: RawRequest, caller: Caller): Promise<AsyncIterable<Buffer>> {
    return (await this.sender.stream(request, caller, { lane: 'foreign' })).chunks;
  }

  /** @throws ServerError when a good answer is not a JSON object */
  json(answer: WholeAnswer): Record<string, unknown> {
    const body = parseJson(answer.bytes.toString('utf8'), answer.headers);
    if (isObject(body)) return body;
    throw new ServerError(
      `${answer.path}: the answer is not a JSON object (${answer.headers['content-type'] ?? 'no content type'})`,
      'check what stands between here and the API server',
      { path: answer.path, status: answer.status },
    );
  }

  async close(): Promise<void> {
    const reason = new DOMException('the connection was closed', 'AbortError');
    this.watches.close(reason);
    this.#closed.abort(reason);
    await this.#transport.close();
  }

  async #discover(caller: Caller): Promise<Resources> {
    const answers = await Promise.all(
      ['/api', '/apis'].map(async (path) =>
        this.json(await this.sender.send({ path, timeoutMs: DISCOVERY_MS, accept: DISCOVERY_ACCEPT }, caller)),
      ),
    );
    return readDiscovery(answers);
  }
}
