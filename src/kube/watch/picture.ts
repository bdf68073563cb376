import type { KubeObject } from '../object.ts';
import type { Frame } from './frame.ts';
import type { WatchEvent } from './watch.ts';

/** Why and when a watch lost its place. */
export interface Break {
  at: Date;
  reason: string;
}

/**
 * What a watch knows, and what its subscribers are to be told: a state machine without clock or network.
 * First picture: `startList` → `listed`... → `listComplete` gives ADDED for all and SYNCED. Then `frame`s give events.
 * A later list (after a 410) gives GAP and the differences, so that no change of state is lost and none is told twice.
 */
export class Picture {
  readonly #objects = new Map<string, KubeObject>();
  #pending: Map<string, KubeObject> | undefined;
  #break: Break | undefined;
  #synced = false;
  #resourceVersion = '';
  /** When the last event or bookmark arrived: until then nothing was missed. */
  #completeUntil: Date | undefined;

  get synced(): boolean {
    return this.#synced;
  }

  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  get objects(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  get listing(): boolean {
    return this.#pending !== undefined;
  }

  /** Begins a list, or begins it anew when the last one broke off half-way. */
  startList(lost: Break | undefined): void {
    this.#pending = new Map();
    // The first break counts: what came after it is all part of the same gap.
    this.#break ??= lost;
  }

  listed(object: KubeObject): void {
    this.#pending?.set(keyOf(object), object);
  }

  listComplete(resourceVersion: string, at: Date): WatchEvent[] {
    const fresh = this.#pending ?? new Map<string, KubeObject>();
    this.#pending = undefined;
    const events = this.#synced
      ? this.#differences(fresh, resourceVersion, at)
      : firstPicture(fresh, resourceVersion, at);
    this.#objects.clear();
    for (const [key, object] of fresh) this.#objects.set(key, object);
    this.#synced = true;
    this.#break = undefined;
    this.#resourceVersion = resourceVersion;
    this.#completeUntil = at;
    return events;
  }

  /** What a line of the stream means; ERROR frames are the caller's business. */
  frame(frame: Exclude<Frame, { type: 'ERROR' }>, at: Date): WatchEvent[] {
    if (this.#pending !== undefined) return this.#whileListing(this.#pending, frame, at);
    this.#completeUntil = at;
    if (frame.type === 'BOOKMARK') {
      this.#resourceVersion = frame.resourceVersion;
      return [];
    }
    const { type, object } = frame;
    const key = keyOf(object);
    const known = this.#objects.get(key);
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    if (type === 'DELETED') {
      // Already told (a stream resumed from before it): not twice.
      if (!this.#objects.delete(key)) return [];
    } else {
      if (known?.metadata.resourceVersion === object.metadata.resourceVersion) return [];
      this.#objects.set(key, object);
    }
    return [{ type, object, at, source: 'watch' }];
  }

  /** A streaming list: synthetic ADDED events, real events in between, and a bookmark that says "that was all". */
  #whileListing(pending: Map<string, KubeObject>, frame: Exclude<Frame, { type: 'ERROR' }>, at: Date): WatchEvent[] {
    if (frame.type === 'BOOKMARK') {
      return frame.initialEventsEnd ? this.listComplete(frame.resourceVersion, at) : [];
    }
    if (frame.type === 'DELETED') pending.delete(keyOf(frame.object));
    else pending.set(keyOf(frame.object), frame.object);
    return [];
  }

  #differences(fresh: Map<string, KubeObject>, resourceVersion: string, at: Date): WatchEvent[] {
    const events: WatchEvent[] = [
      {
        type: 'GAP',
        at,
        from: this.#completeUntil ?? at,
        brokeAt: this.#break?.at ?? at,
        to: at,
        fromResourceVersion: this.#resourceVersion,
        toResourceVersion: resourceVersion,
        reason: this.#break?.reason ?? 'listed anew',
      },
    ];
    for (const [key, object] of this.#objects) {
      if (!fresh.has(key)) events.push({ type: 'DELETED', object, at, source: 'relist' });
    }
    for (const [key, object] of fresh) {
      const known = this.#objects.get(key);
      if (known === undefined) events.push({ type: 'ADDED', object, at, source: 'relist' });
      else if (known.metadata.resourceVersion !== object.metadata.resourceVersion) {
        events.push({ type: 'MODIFIED', object, at, source: 'relist' });
      }
    }
    return events;
  }
}

/** What a subscriber is told first: everything that exists, then SYNCED. */
export function firstPicture(
  objects: ReadonlyMap<string, KubeObject> | readonly KubeObject[],
  resourceVersion: string,
  at: Date,
): WatchEvent[] {
  return [
    ...[...objects.values()].map((object): WatchEvent => ({ type: 'ADDED', object, at, source: 'list' })),
    { type: 'SYNCED', at, resourceVersion },
  ];
}

/** The uid: an object made anew under the same name is another object. */
function keyOf(object: KubeObject): string {
  const { uid, namespace = '', name = '' } = object.metadata;
  return uid ?? `${namespace}/${name}`;
}
