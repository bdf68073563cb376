import { TimeoutError } from '../error/api-error.ts';
import type { KubeObject } from '../object.ts';
import type { Watch, WatchEvent, WatchState } from './watch.ts';

/** The shared stream, as a subscription needs it. */
export interface Stream {
  readonly state: WatchState;
  readonly objects: readonly KubeObject[];
  readonly title: string;
}

/** One subscriber: a queue of its own between the shared stream and whoever iterates. */
export class Subscription implements Watch {
  readonly #stream: Stream;
  readonly #onClose: (subscription: Subscription) => void;
  readonly #synced = Promise.withResolvers<void>();
  readonly #signals: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout | undefined;
  #queue: WatchEvent[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;
  #end: { error: unknown } | 'closed' | undefined;
  #last: WatchEvent | undefined;
  readonly #onAbort = (): void => {
    this.#queue = [];
    this.fail(this.#signals.find((signal) => signal.aborted)?.reason);
  };

  constructor(
    stream: Stream,
    options: { signals: readonly AbortSignal[]; timeoutMs: number | undefined },
    onClose: (subscription: Subscription) => void,
  ) {
    this.#stream = stream;
    this.#onClose = onClose;
    this.#signals = options.signals;
    // Nobody has to wait for it: a failure is also thrown by the iteration.
    this.#synced.promise.catch(() => {});
    for (const signal of this.#signals) signal.addEventListener('abort', this.#onAbort, { once: true });
    if (options.timeoutMs !== undefined) {
      const limit = options.timeoutMs;
      this.#timer = setTimeout(() => this.fail(this.#timeout(limit)), limit);
    }
    if (this.#signals.some((signal) => signal.aborted)) this.#onAbort();
  }

  get state(): WatchState {
    return this.#stream.state;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  current(): readonly KubeObject[] {
    return this.#stream.objects;
  }

  synced(): Promise<void> {
    return this.#synced.promise;
  }

  push(events: readonly WatchEvent[]): void {
    if (this.#end !== undefined) return;
    for (const event of events) {
      this.#queue.push(event);
      this.#last = event;
      if (event.type === 'SYNCED') this.#synced.resolve();
    }
    this.#wake();
  }

  /** Ends it with an error; what is queued is still delivered first. */
  fail(error: unknown): void {
    this.#finish({ error });
    this.#synced.reject(error);
  }

  close(): void {
    this.#queue = [];
    this.#finish('closed');
    this.#synced.reject(new DOMException('the watch was closed before it was synced', 'AbortError'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchEvent> {
    try {
      for (;;) {
        const events = this.#queue;
        this.#queue = [];
        for (const event of events) {
          // Closed or aborted while the reader was busy with an earlier one of the batch.
          if (this.#end === 'closed') return;
          yield event;
        }
        if (this.#queue.length > 0) continue;
        if (this.#end === 'closed') return;
        if (this.#end !== undefined) throw this.#end.error;
        this.#waiting = Promise.withResolvers();
        await this.#waiting.promise;
      }
    } finally {
      this.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #finish(end: { error: unknown } | 'closed'): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort);
    this.#onClose(this);
    this.#wake();
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #timeout(limitMs: number): TimeoutError {
    const { phase, lastError } = this.#stream.state;
    const last = this.#last === undefined ? 'no event at all' : `${this.#last.type} at ${this.#last.at.toISOString()}`;
    const trouble = lastError === undefined ? '' : ` (${lastError})`;
    return new TimeoutError(
      `the watch of ${this.#stream.title} was not ended within ${limitMs / 1000} s; it is ${phase}${trouble}; last seen: ${last}; ${this.#stream.objects.length} objects`,
      'see what was expected to happen, or allow more time',
      { by: 'client' },
    );
  }
}
