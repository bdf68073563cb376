import {
  ApiError,
  GoneError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnreachableError,
} from '../error/api-error.ts';

/** How one stream went. */
export interface StreamEnd {
  /** undefined: the server ended it in good order. */
  failure: unknown;
  /** Events and bookmarks that it brought. */
  frames: number;
  /** How long it lasted. */
  ms: number;
  /** The watch has had its first whole picture. */
  synced: boolean;
  /** Milliseconds on any steady clock. */
  now: number;
}

export interface NextStep {
  next: 'at-once' | 'after-pause' | 'give-up';
  delayMs: number;
  /** Why the objects have to be listed anew; undefined: resume from the last resourceVersion. */
  relist: string | undefined;
}

export interface RecoveryLimits {
  /** How long refusals are waited out once the watch has worked: after a restart RBAC answers 403 for a moment. */
  refusalMs: number;
  backoffMs: { first: number; most: number };
}

/** A stream that ends at once and says nothing, this often in a row: its resourceVersion is not to be had. */
const EMPTY_STREAMS = 3;
const EMPTY_MS = 1_000;

/**
 * Decides what follows when a stream of a watch has ended. Trouble that passes by itself is waited out for ever; a 410 needs
 * a new list; a refusal (forbidden, api-missing, tls, ...) ends the watch, at once when it never worked.
 */
export class Recovery {
  readonly #limits: RecoveryLimits;
  readonly #random: () => number;
  #failures = 0;
  #goneInARow = 0;
  #emptyStreams = 0;
  #refusedSince: number | undefined;

  constructor(limits: RecoveryLimits, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  ended({ failure, frames, ms, synced, now }: StreamEnd): NextStep {
    if (frames > 0) {
      this.#failures = 0;
      this.#refusedSince = undefined;
      this.#emptyStreams = 0;
      this.#goneInARow = 0;
    }
    if (failure instanceof GoneError) {
      this.#goneInARow += 1;
      // The server answers, so whatever was wrong before is over; one that keeps saying so is given time.
      this.#failures = this.#goneInARow - 1;
      const relist = failure.said ?? failure.message;
      return this.#goneInARow === 1 ? { next: 'at-once', delayMs: 0, relist } : this.#pause(relist);
    }
    this.#goneInARow = 0;
    if (failure !== undefined && !passes(failure)) {
      this.#refusedSince ??= now;
      const patience = synced && failure instanceof ApiError ? this.#limits.refusalMs : 0;
      if (now - this.#refusedSince >= patience) return { next: 'give-up', delayMs: 0, relist: undefined };
    } else if (failure === undefined && (frames > 0 || ms > EMPTY_MS)) {
      // The server's own time limit: go on where it stopped.
      return { next: 'at-once', delayMs: 0, relist: undefined };
    } else if (failure === undefined || isTooLarge(failure)) {
      this.#emptyStreams += 1;
    }
    this.#failures += 1;
    if (this.#emptyStreams < EMPTY_STREAMS) return this.#pause(undefined);
    this.#emptyStreams = 0;
    return this.#pause('the API server does not have the resourceVersion that was reached');
  }

  #pause(relist: string | undefined): NextStep {
    const { first, most } = this.#limits.backoffMs;
    const delayMs = Math.min(most, first * 2 ** (this.#failures - 1)) * (0.5 + this.#random() / 2);
    return { next: 'after-pause', delayMs, relist };
  }
}

/** Trouble that ends by itself. */
function passes(error: unknown): boolean {
  return (
    error instanceof UnreachableError ||
    error instanceof ServerError ||
    error instanceof TimeoutError ||
    error instanceof ThrottledError
  );
}

/** A resourceVersion from the future: another etcd, or a restored one. */
function isTooLarge(error: unknown): boolean {
  return error instanceof ApiError && /Too large resource version/i.test(error.said ?? error.message);
}
