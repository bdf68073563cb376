import type { KubeObject } from '../object.ts';

export interface WatchOptions {
  namespace?: string;
  labels?: string;
  fields?: string;
  metadataOnly?: boolean;
  signal?: AbortSignal;
  /** Deadline of the whole watch, milliseconds; default none. Past it the iteration throws `TimeoutError`. */
  timeoutMs?: number;
}

/** An object as the watch delivered it. */
export interface ObjectEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
  /** Wall clock at which it was received. */
  at: Date;
  /**
   * How it was learnt: `watch` = the API server sent this event; `list` = it was there when the watch began (or when a later
   * subscriber joined); `relist` = found by comparing a new list with what was known: when it happened is not known, only
   * that it lies inside the GAP that was announced before it. A DELETED of a `relist` carries the last body that was seen.
   */
  source: 'watch' | 'list' | 'relist';
}

/** Everything that existed when the watch began has been delivered. Comes once per subscriber. */
export interface SyncedEvent {
  type: 'SYNCED';
  at: Date;
  resourceVersion: string;
}

/**
 * The watch had to list anew: states between `from` and `to` may have been missed, so nothing can be claimed to have "never"
 * happened in between. `relist` events that bring the picture up to date follow.
 */
export interface GapEvent {
  type: 'GAP';
  at: Date;
  /** Last moment up to which the stream is known to be complete: when its last event or bookmark arrived. */
  from: Date;
  /** When the stream broke, as seen from here. */
  brokeAt: Date;
  /** When the new list was complete. */
  to: Date;
  fromResourceVersion: string;
  toResourceVersion: string;
  reason: string;
}

export type WatchEvent = ObjectEvent | SyncedEvent | GapEvent;

export interface WatchState {
  phase: 'connecting' | 'listing' | 'watching' | 'waiting-to-reconnect' | 'ended';
  since: Date;
  /** Why it is not watching at the moment. */
  lastError: string | undefined;
  resourceVersion: string | undefined;
  reconnects: number;
  gaps: number;
}

/**
 * One subscriber's view of a shared watch. Iterate it once; events that arrive between two `next()` wait in memory, none is
 * dropped. `current()` is the picture as of the last event received by the shared stream.
 */
export interface Watch extends AsyncIterable<WatchEvent>, AsyncDisposable {
  readonly state: WatchState;
  /** Objects known at this moment. */
  current(): readonly KubeObject[];
  /** Resolves when everything that existed at the start has been received; `iterate` need not have begun. */
  synced(): Promise<void>;
  close(): void;
}
