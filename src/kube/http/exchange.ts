import type { Dispatcher } from 'undici';
import { ApiError, TimeoutError } from '../error/api-error.ts';
import { transportError } from '../error/transport-error.ts';
import type { Credential, Credentials } from '../login/credentials.ts';
import { AnswerTooLargeError, readWithin } from './answer-limit.ts';
import type { Deadline } from './deadline.ts';
import type { Impersonation } from './impersonation.ts';
import { bodyOf, flatHeaders, impersonationHeaders, urlOf } from './message.ts';
import type { RequestObserver } from './observer.ts';
import { Refused } from './refused.ts';
import type { RawRequest } from './request.ts';
import type { OneAttempt, Tally } from './tally.ts';
import type { Lane, Transport } from './transport.ts';

/** Whose request it is: what `Cluster.with` may change. */
export interface Caller {
  observers: readonly RequestObserver[];
  signals: readonly AbortSignal[];
  timeoutMs: number;
  as: Impersonation | undefined;
}

export interface WholeAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
  /** Path with query. */
  path: string;
  ms: number;
}

/** An answer whose headers are there. */
export interface OpenAnswer {
  status: number;
  headers: Record<string, string>;
  body: Dispatcher.ResponseData['body'];
  path: string;
}

/** What all exchanges of a connection share. */
export interface Line {
  /** The API server's URL, for messages. */
  server: string;
  transport: Transport;
  credentials: Credentials;
  tally: Tally;
  /** Called with the first answer of any status: the address is right. */
  onReached: () => void;
}

/** One request and its attempts; each attempt is recorded. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  readonly deadline: Deadline;
  readonly #line: Line;
  readonly #request: RawRequest;
  readonly #caller: Caller;
  readonly #lane: Lane;

  constructor(line: Line, request: RawRequest, caller: Caller, deadline: Deadline, lane: Lane) {
    this.method = request.method ?? 'GET';
    this.path = urlOf(request);
    this.deadline = deadline;
    this.#line = line;
    this.#request = request;
    this.#caller = caller;
    this.#lane = lane;
  }

  /** One attempt, the whole answer, of `most` bytes at most. @throws anything: `classify` says what it is */
  async whole(
    attempt: number,
    options: { anyStatus: boolean; onFirstBytes: ((bytes: Buffer) => void) | undefined; most: number },
  ): Promise<WholeAnswer> {
    const record = this.#line.tally.begin(this.#request, this.#caller, attempt, false);
    return await this.#recorded(record, async () => {
      const { answer, credential } = await this.#dispatch(record);
      const { most } = options;
      const read = await readWithin(answer.body as AsyncIterable<Buffer>, most, (chunk, first) => {
        if (first && answer.status < 300) options.onFirstBytes?.(chunk);
        record.received(chunk.length);
      });
      if ('tooLarge' in read) {
        const { method, path } = this;
        throw new AnswerTooLargeError({ method, path, server: this.#line.server, most, bytes: read.tooLarge });
      }
      const bytes = read.whole;
      if (answer.status >= 400 && !options.anyStatus) throw this.#refused(answer, bytes, credential);
      return { status: answer.status, headers: answer.headers, bytes, path: this.path, ms: record.end() };
    });
  }

  /** One attempt, the answer's headers; its body is the caller's to read. */
  async opened(attempt: number): Promise<OpenAnswer> {
    const record = this.#line.tally.begin(this.#request, this.#caller, attempt, true);
    return await this.#recorded(record, async () => {
      const { answer, credential } = await this.#dispatch(record);
      if (answer.status >= 400) throw this.#refused(answer, Buffer.from(await answer.body.arrayBuffer()), credential);
      return answer;
    });
  }

  /** What a person gets to see: a typed error, or the reason of the signal that ended it. */
  classify(error: unknown): unknown {
    const { method, path } = this;
    if (error instanceof ApiError) return error;
    if (this.deadline.expired) {
      return new TimeoutError(
        `${method} ${path.split('?')[0]}: no answer from ${this.#line.server} within ${(this.#request.timeoutMs ?? this.#caller.timeoutMs) / 1000} s`,
        'check the network and the load of the API server, or allow more time',
        { method, path, by: 'client', cause: error },
      );
    }
    if (this.deadline.signal.aborted) return this.deadline.signal.reason;
    if (error instanceof Refused) return error.toApiError(this.#line.credentials.describe(error.credential));
    return transportError({ method, path, server: this.#line.server, cause: error });
  }

  async #recorded<T>(record: OneAttempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const typed = this.classify(error);
      record.failed(typed instanceof ApiError ? typed.code : 'aborted');
      throw error;
    } finally {
      record.end();
    }
  }

  #refused(answer: OpenAnswer, bytes: Buffer, credential: Credential): Refused {
    return new Refused(
      { method: this.method, path: this.path, headers: answer.headers, bytes },
      answer.status,
      credential,
    );
  }

  async #dispatch(record: OneAttempt): Promise<{ answer: OpenAnswer; credential: Credential }> {
    this.deadline.signal.throwIfAborted();
    const { transport, credentials, onReached } = this.#line;
    const credential = await credentials.current();
    const body = bodyOf(this.#request.body);
    if (body !== undefined) record.sent(Buffer.byteLength(body));
    const answer = await transport.lane(this.#lane, credential).request({
      origin: transport.origin,
      method: this.#request.method ?? 'GET',
      path: transport.prefix + this.path,
      headers: {
        accept: this.#request.accept ?? 'application/json',
        'user-agent': 'plimsoll',
        ...(body === undefined ? {} : { 'content-type': this.#request.contentType ?? 'application/json' }),
        ...(credential.authorization === undefined ? {} : { authorization: credential.authorization }),
        ...impersonationHeaders(this.#caller.as),
        ...this.#request.headers,
      },
      body: body ?? null,
      signal: this.deadline.signal,
    });
    onReached();
    const headers = flatHeaders(answer.headers);
    record.answered(answer.statusCode, headers);
    return { answer: { status: answer.statusCode, headers, body: answer.body, path: this.path }, credential };
  }
}
