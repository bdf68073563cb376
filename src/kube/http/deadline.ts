/**
 * A deadline and any number of signals made into one signal, without leaving listeners behind on signals that live long
 * (AbortSignal.any would keep one on a run's signal for every request).
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #signals: readonly AbortSignal[];
  readonly #endsAt: number;
  #expired = false;
  readonly #onAbort = (): void => {
    const aborted = this.#signals.find((signal) => signal.aborted);
    this.#controller.abort(aborted?.reason);
  };

  constructor(timeoutMs: number | undefined, signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter((signal) => signal !== undefined);
    this.#endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    if (this.#signals.some((signal) => signal.aborted)) this.#onAbort();
    for (const signal of this.#signals) signal.addEventListener('abort', this.#onAbort, { once: true });
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => {
        this.#expired = true;
        this.#controller.abort(new DOMException('the deadline passed', 'TimeoutError'));
      }, timeoutMs);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the deadline, and not one of the signals, ended it. */
  get expired(): boolean {
    return this.#expired;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Drops the deadline, keeps the signals: for answers that go on after their headers. */
  keepOpen(): void {
    clearTimeout(this.#timer);
  }

  /** Waits; rejects with the signal's reason when the deadline or a signal comes first. */
  sleep(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { signal } = this;
    if (signal.aborted) return Promise.reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /** Something that goes on without us: rejects with the signal's reason when the deadline or a signal comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort);
  }
}
