/** What somebody wants to hold: an amount of each token, or all there is of it. */
export type Wanted = Readonly<Record<string, number | 'all'>>;

interface Waiting {
  readonly wanted: ReadonlyMap<string, number>;
  readonly rank: number;
  readonly start: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Hands out tokens, all of a request at once. Who has the highest rank goes first; a lower rank may overtake only with tokens that no
 * one before it is waiting for, so nobody starves. Purely in memory and without a clock.
 */
export class TokenQueue {
  readonly #capacity: ReadonlyMap<string, number>;
  readonly #held = new Map<string, number>();
  #waiting: Waiting[] = [];

  /** @param capacity how much there is of a token; 1 for tokens that are not named */
  constructor(capacity: ReadonlyMap<string, number>) {
    this.#capacity = capacity;
  }

  /**
   * Resolves with the function that gives the tokens back, as soon as all are free. More than there is at all counts as all there is:
   * whether that suffices is for the case to find out. Rejects with the signal's reason.
   */
  async take(wanted: Wanted, rank: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const amounts = new Map(Object.entries(wanted).map(([token, amount]) => [token, this.#amount(token, amount)]));
    const turn = Promise.withResolvers<void>();
    const waiting: Waiting = { wanted: amounts, rank, start: turn.resolve, fail: turn.reject };
    this.#waiting.push(waiting);
    this.#waiting.sort((a, b) => b.rank - a.rank);
    const leave = (): void => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      waiting.fail(signal.reason);
      this.#serve();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#serve();
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
    let given = false;
    return () => {
      if (given) return;
      given = true;
      for (const [token, amount] of amounts) this.#held.set(token, (this.#held.get(token) ?? 0) - amount);
      this.#serve();
    };
  }

  #amount(token: string, amount: number | 'all'): number {
    const most = this.#capacity.get(token) ?? 1;
    return amount === 'all' ? most : Math.min(amount, most);
  }

  #serve(): void {
    const spokenFor = new Set<string>();
    const left: Waiting[] = [];
    for (const one of this.#waiting) {
      const fits = [...one.wanted].every(
        ([token, amount]) =>
          !spokenFor.has(token) && (this.#held.get(token) ?? 0) + amount <= (this.#capacity.get(token) ?? 1),
      );
      if (!fits) {
        for (const token of one.wanted.keys()) spokenFor.add(token);
        left.push(one);
        continue;
      }
      for (const [token, amount] of one.wanted) this.#held.set(token, (this.#held.get(token) ?? 0) + amount);
      one.start();
    }
    this.#waiting = left;
  }
}
