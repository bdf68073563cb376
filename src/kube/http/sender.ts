import { ApiError, TimeoutError } from '../error/api-error.ts';
import { transportError } from '../error/transport-error.ts';
import type { Credentials } from '../login/credentials.ts';
import { MOST_OF_THE_API } from './answer-limit.ts';
import { Deadline } from './deadline.ts';
import { type Caller, Exchange, type Line, type OpenAnswer, type WholeAnswer } from './exchange.ts';
import { Refused } from './refused.ts';
import type { RawRequest } from './request.ts';
import { retryDelayMs } from './retry.ts';
import type { Tally } from './tally.ts';
import type { Lane, Transport } from './transport.ts';

export interface StreamAnswer {
  status: number;
  headers: Record<string, string>;
  /** Chunks; fails with the signal's reason or a typed error. Ending the iteration early closes the stream. */
  chunks: AsyncIterable<Buffer>;
}

export interface SendOptions {
  /** Default `read`. */
  lane?: Lane;
  /** Told the first bytes of a good answer while the rest is still on its way. */
  onFirstBytes?: (bytes: Buffer) => void;
  /** Hand out failed answers instead of throwing. */
  anyStatus?: boolean;
  /** The longest answer that is read, bytes; default `MOST_OF_THE_API`. */
  most?: number;
  /**
   * `all`: throttling and outages are waited out (the default). `credential`: only an expired credential is renewed.
   * `none`: one try, for answers that are evidence themselves.
   */
  retry?: 'all' | 'credential' | 'none';
}

export interface SenderOptions {
  server: string;
  transport: Transport;
  credentials: Credentials;
  tally: Tally;
  /** How long an API server that had answered before may be away, milliseconds. */
  outageMs: number;
  /** Ends everything. */
  closed: AbortSignal;
}

/** Sends requests: deadline, renewal of the credential, retries, typed errors. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #line: Line;
  /** The API server has answered at least once: from then on silence is an outage, not a wrong address. */
  #reached = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#line = {
      ...options,
      onReached: () => {
        this.#reached = true;
      },
    };
  }

  /** The whole answer. @throws ApiError, or the reason of an aborted signal */
  async send(request: RawRequest, caller: Caller, options: SendOptions = {}): Promise<WholeAnswer> {
    using deadline = this.#deadline(request, caller);
    const exchange = new Exchange(this.#line, request, caller, deadline, options.lane ?? 'read');
    const { anyStatus = false, onFirstBytes, most = MOST_OF_THE_API } = options;
    const how = { anyStatus, onFirstBytes, most };
    return await this.#tries(exchange, options.retry ?? 'all', (attempt) => exchange.whole(attempt, how));
  }

  /**
   * An answer that goes on: the deadline is for its headers alone, the signals end it at any time.
   * @throws ApiError, or the reason of an aborted signal
   */
  async stream(request: RawRequest, caller: Caller, options: SendOptions = {}): Promise<StreamAnswer> {
    const deadline = this.#deadline(request, caller);
    try {
      const exchange = new Exchange(this.#line, request, caller, deadline, options.lane ?? 'stream');
      const answer = await this.#tries(exchange, options.retry ?? 'all', (attempt) => exchange.opened(attempt));
      deadline.keepOpen();
      return { status: answer.status, headers: answer.headers, chunks: this.#chunks(answer, exchange) };
    } catch (error) {
      deadline[Symbol.dispose]();
      throw error;
    }
  }

  #deadline(request: RawRequest, caller: Caller): Deadline {
    const signals = [request.signal, ...caller.signals, this.#options.closed];
    return new Deadline(request.timeoutMs ?? caller.timeoutMs, signals);
  }

  async #tries<T>(
    exchange: Exchange,
    retry: NonNullable<SendOptions['retry']>,
    once: (attempt: number) => Promise<T>,
  ): Promise<T> {
    const { deadline, method } = exchange;
    let firstFailure: number | undefined;
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(attempt);
      } catch (error) {
        const failed = exchange.classify(error);
        if (retry === 'none' || !(failed instanceof ApiError) || failed instanceof TimeoutError) throw failed;
        if (error instanceof Refused && error.status === 401 && !renewed) {
          renewed = true;
          if (await this.#options.credentials.renew(error.credential)) continue;
        }
        if (retry === 'credential') throw failed;
        firstFailure ??= performance.now();
        const delay = retryDelayMs({
          error: failed,
          method,
          attempt,
          retryAfterSeconds: error instanceof Refused ? error.retryAfterSeconds : undefined,
          outageMs: performance.now() - firstFailure,
          outageBudgetMs: this.#reached ? this.#options.outageMs : 0,
          remainingMs: deadline.remainingMs,
          random: Math.random(),
        });
        if (delay === undefined) throw failed;
        await deadline.sleep(delay).catch((reason: unknown) => {
          throw exchange.classify(reason);
        });
      }
    }
  }

  async *#chunks(answer: OpenAnswer, exchange: Exchange): AsyncGenerator<Buffer> {
    const { deadline, method, path } = exchange;
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) yield chunk;
    } catch (cause) {
      deadline.signal.throwIfAborted();
      throw transportError({ method, path, server: this.#options.server, cause });
    } finally {
      deadline[Symbol.dispose]();
      answer.body.destroy();
    }
  }
}
