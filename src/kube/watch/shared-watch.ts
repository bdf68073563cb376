import { GoneError, InvalidError, ServerError, UnreachableError } from '../error/api-error.ts';
import { LineSplitter } from '../http/line-splitter.ts';
import type { RequestObserver } from '../http/observer.ts';
import type { Page } from '../list.ts';
import type { KindRef, KubeObject } from '../object.ts';
import { type Frame, readFrame } from './frame.ts';
import { type Break, firstPicture, Picture } from './picture.ts';
import { Recovery, type RecoveryLimits } from './recovery.ts';
import { Subscription } from './subscription.ts';
import type { WatchEvent, WatchState } from './watch.ts';

export type WatchQuery = Record<string, string | number | boolean | undefined>;

/** What a shared watch needs from the connection. */
export interface WatchSource {
  /** Opens a watch; chunks as they come. */
  open(
    query: WatchQuery,
    signal: AbortSignal,
    observers: readonly RequestObserver[],
  ): Promise<{ chunks: AsyncIterable<Buffer> }>;
  list(signal: AbortSignal, observers: readonly RequestObserver[]): AsyncIterable<Page>;
  /** Kind of the objects. */
  kind: KindRef;
  /** Whether this API server streams lists; undefined when not known. Shared by all watches of a connection. */
  streamingLists: { supported: boolean | undefined };
}

export interface WatchLimits extends RecoveryLimits {
  /** A stream without a byte (not even a bookmark, which come about every minute) for this long is given up. */
  idleMs: number;
  /** How long the stream is kept for the next subscriber after the last one left. */
  lingerMs: number;
}

export const WATCH_LIMITS: WatchLimits = {
  idleMs: 90_000,
  refusalMs: 30_000,
  lingerMs: 1_000,
  backoffMs: { first: 100, most: 2_000 },
};

/** One stream for all subscribers of the same kind, namespace and selectors; reconnects for ever. */
export class SharedWatch {
  readonly title: string;
  readonly #source: WatchSource;
  readonly #limits: WatchLimits;
  readonly #onEnd: () => void;
  readonly #picture = new Picture();
  readonly #subscribers = new Map<Subscription, readonly RequestObserver[]>();
  readonly #closed = new AbortController();
  readonly #state: WatchState;
  #linger: NodeJS.Timeout | undefined;
  /** When the stream broke whose place has not been taken up again. */
  #brokeAt: Date | undefined;
  #lost: Break | undefined;
  #needsList = true;

  constructor(title: string, source: WatchSource, limits: WatchLimits, onEnd: () => void) {
    this.title = title;
    this.#source = source;
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#state = {
      phase: 'connecting',
      since: new Date(),
      lastError: undefined,
      resourceVersion: undefined,
      reconnects: 0,
      gaps: 0,
    };
    void this.#run();
  }

  get state(): WatchState {
    return { ...this.#state, resourceVersion: this.#picture.resourceVersion || undefined };
  }

  get objects(): readonly KubeObject[] {
    return this.#picture.objects;
  }

  /** A newcomer may join: the picture is up to date, or still being made for the first time. */
  get joinable(): boolean {
    return this.#state.phase === 'watching' || (!this.#picture.synced && this.#state.phase !== 'ended');
  }

  subscribe(
    options: { signals: readonly AbortSignal[]; timeoutMs: number | undefined },
    observers: readonly RequestObserver[],
  ): Subscription {
    clearTimeout(this.#linger);
    const subscription = new Subscription(this, options, (gone) => this.#left(gone));
    if (subscription.ended) {
      this.#left(subscription);
      return subscription;
    }
    this.#subscribers.set(subscription, observers);
    if (this.#picture.synced) {
      subscription.push(firstPicture(this.#picture.objects, this.#picture.resourceVersion, new Date()));
    }
    return subscription;
  }

  close(error: unknown): void {
    if (this.#closed.signal.aborted) return;
    clearTimeout(this.#linger);
    this.#phase('ended');
    this.#closed.abort(error);
    this.#onEnd();
    for (const subscription of this.#subscribers.keys()) subscription.fail(error);
  }

  #left(subscription: Subscription): void {
    this.#subscribers.delete(subscription);
    if (this.#subscribers.size > 0 || this.#closed.signal.aborted) return;
    const end = (): void => this.close(new DOMException('nobody watches any more', 'AbortError'));
    // A subscriber whose signal was aborted before it joined leaves twice: only one timer may wait, or a newcomer cannot stop both.
    clearTimeout(this.#linger);
    this.#linger = setTimeout(end, this.#limits.lingerMs);
  }

  /** Until closed: open, follow, find out why it ended, open again. */
  async #run(): Promise<void> {
    const { signal } = this.#closed;
    const recovery = new Recovery(this.#limits);
    while (!signal.aborted) {
      const began = performance.now();
      const stream = { frames: 0 };
      const failure: unknown = await this.#follow(stream).catch((error: unknown) => error);
      if (signal.aborted) return;
      this.#state.lastError = failure instanceof Error ? failure.message : undefined;
      this.#brokeAt ??= new Date();
      if (failure instanceof NoStreamingLists) continue;
      const now = performance.now();
      const { synced } = this.#picture;
      const step = recovery.ended({ failure, frames: stream.frames, ms: now - began, synced, now });
      if (step.next === 'give-up') return this.close(failure);
      if (step.relist !== undefined) {
        this.#needsList = true;
        this.#lost ??= { at: this.#brokeAt, reason: step.relist };
      }
      this.#state.reconnects += 1;
      if (step.next === 'after-pause') await this.#pause(step.delayMs);
    }
  }

  /** Ends early when the watch is closed. */
  async #pause(delayMs: number): Promise<void> {
    this.#phase('waiting-to-reconnect');
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delayMs);
    const stop = (): void => resolve();
    this.#closed.signal.addEventListener('abort', stop, { once: true });
    await promise;
    this.#closed.signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  }

  /** One stream from its beginning to its end. */
  async #follow(progress: { frames: number }): Promise<void> {
    const stream = new AbortController();
    const stop = (): void => stream.abort(this.#closed.signal.reason);
    this.#closed.signal.addEventListener('abort', stop, { once: true });
    let idle: NodeJS.Timeout | undefined;
    const alive = (): void => {
      clearTimeout(idle);
      idle = setTimeout(() => stream.abort(this.#silent()), this.#limits.idleMs);
    };
    try {
      if (this.#needsList) await this.#beginList(stream.signal, progress);
      else this.#phase('connecting');
      const streaming = this.#picture.listing;
      const query: WatchQuery = {
        watch: true,
        allowWatchBookmarks: true,
        // Bounded, so that a stream through a balancer that forgot it ends some time; random, so that not all end at once.
        timeoutSeconds: 480 + Math.floor(Math.random() * 120),
        ...(streaming
          ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
          : { resourceVersion: this.#picture.resourceVersion }),
      };
      const { chunks } = await this.#open(query, stream.signal);
      if (!streaming) this.#phase('watching');
      alive();
      const lines = new LineSplitter();
      for await (const chunk of chunks) {
        alive();
        const at = new Date();
        for (const line of lines.push(chunk)) {
          if (line.length === 0) continue;
          this.#apply(readFrame(line, this.#source.kind, this.title), at);
          progress.frames += 1;
        }
      }
    } finally {
      clearTimeout(idle);
      this.#closed.signal.removeEventListener('abort', stop);
    }
  }

  /** A streaming list where the server has it (the stream then goes on as the watch), else pages. */
  async #beginList(signal: AbortSignal, progress: { frames: number }): Promise<void> {
    this.#phase('listing');
    this.#picture.startList(this.#lost);
    if (this.#source.streamingLists.supported !== false) return;
    let resourceVersion = '';
    for await (const page of this.#source.list(signal, this.#observers())) {
      resourceVersion = page.resourceVersion;
      for (const item of page.items) this.#picture.listed(item);
      progress.frames += 1;
    }
    this.#publish(this.#picture.listComplete(resourceVersion, new Date()));
  }

  async #open(query: WatchQuery, signal: AbortSignal): Promise<{ chunks: AsyncIterable<Buffer> }> {
    try {
      return await this.#source.open(query, signal, this.#observers());
    } catch (error) {
      if (query['sendInitialEvents'] === true && error instanceof InvalidError) {
        // The gate WatchList is off (1.33, or by choice): list in pages from now on.
        this.#source.streamingLists.supported = false;
        throw new NoStreamingLists();
      }
      throw error;
    }
  }

  #observers(): readonly RequestObserver[] {
    return [...new Set([...this.#subscribers.values()].flat())];
  }

  #apply(frame: Frame, at: Date): void {
    if (frame.type === 'ERROR') {
      const said = { method: 'GET', status: frame.code, said: frame.message };
      if (frame.code === 410) throw new GoneError(frame.message, 'list again', said);
      throw new ServerError(`the watch of ${this.title} failed: ${frame.message}`, 'try again', said);
    }
    this.#brokeAt = undefined;
    this.#publish(this.#picture.frame(frame, at));
  }

  #publish(events: readonly WatchEvent[]): void {
    if (this.#needsList && !this.#picture.listing) {
      this.#needsList = false;
      this.#lost = undefined;
      this.#source.streamingLists.supported ??= true;
      this.#phase('watching');
    }
    if (events.length === 0) return;
    if (events[0]?.type === 'GAP') this.#state.gaps += 1;
    for (const subscription of this.#subscribers.keys()) subscription.push(events);
  }

  #silent(): UnreachableError {
    return new UnreachableError(
      `the watch of ${this.title} was silent for ${this.#limits.idleMs / 1000} s`,
      'check the network between here and the API server',
      { maybeDone: false, method: 'GET' },
    );
  }

  #phase(phase: WatchState['phase']): void {
    if (this.#state.phase === phase) return;
    this.#state.phase = phase;
    this.#state.since = new Date();
  }
}

class NoStreamingLists extends Error {}
