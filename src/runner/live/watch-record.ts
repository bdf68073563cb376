import type { NewEntry } from '../../evidence/index.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Watch, WatchEvent } from '../../kube/watch/watch.ts';
import { GROUP_LABEL } from '../labels.ts';
import { keptOf } from './kept-of.ts';

/** What one watch looks at. */
export interface Scope {
  /** `apiVersion/Kind`. */
  readonly of: `${string}/${string}`;
  readonly namespace?: string;
  readonly labels?: string;
  readonly fields?: string;
  /** Of objects that are not the case's own: what is recorded of them beside their names. */
  readonly keep?: readonly string[];
}

export interface RecordingTools {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  write(entry: NewEntry): void;
  tOf(moment: Date): number;
  /** Something changed: whoever waits looks again. */
  changed(): void;
}

/** One watch whose every event goes to the timeline, with the picture that it has given so far. */
export class WatchRecord {
  readonly id: string;
  readonly scope: Scope;
  readonly #tools: RecordingTools;
  readonly #watch: Watch;
  readonly #objects = new Map<string, KubeObject>();
  /** Versions that were delivered, by uid: a list that shows one of them shows nothing new. */
  readonly #versions = new Map<string, Set<string>>();
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;
  #failure: unknown;
  #closed = false;
  readonly #done: Promise<void>;

  constructor(id: string, scope: Scope, tools: RecordingTools) {
    this.id = id;
    this.scope = scope;
    this.#tools = tools;
    const { of, keep: _keep, ...selectors } = scope;
    tools.write({ kind: 'watch', watch: id, state: 'opened', ...placeOf(scope) });
    this.#watch = tools.cluster.watch(of, { ...selectors, signal: tools.signal });
    // A failure is also kept and thrown by whoever waits.
    this.#synced.promise.catch(() => {});
    this.#done = this.#record();
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Why it ended by itself, undefined while it works. */
  get failure(): unknown {
    return this.#failure;
  }

  /** It has a connection at this moment. */
  get isConnected(): boolean {
    return this.#watch.state.phase === 'watching';
  }

  get resourceVersion(): string | undefined {
    return this.#watch.state.resourceVersion;
  }

  objects(): Iterable<KubeObject> {
    return this.#objects.values();
  }

  has(uid: string): boolean {
    return this.#objects.has(uid);
  }

  /** Was this version of that object delivered, now or earlier? */
  delivered(object: KubeObject): boolean {
    const { uid = '', resourceVersion = '' } = object.metadata;
    return this.#versions.get(uid)?.has(resourceVersion) ?? false;
  }

  state(state: 'confirmed' | 'doubted', detail?: string): void {
    const { id: watch, scope } = this;
    this.#tools.write({ kind: 'watch', watch, state, ...placeOf(scope), ...(detail === undefined ? {} : { detail }) });
  }

  /** Ends the watch; resolves when nothing more will be written. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    await this.#done;
    this.#tools.write({ kind: 'watch', watch: this.id, state: 'closed', ...placeOf(this.scope) });
  }

  async #record(): Promise<void> {
    try {
      for await (const event of this.#watch) {
        this.#apply(event);
        this.#tools.changed();
      }
      if (!this.#closed) throw new Error(`the watch of ${this.scope.of} ended by itself`);
    } catch (error) {
      if (!this.#closed) this.#failure = error;
      this.#synced.reject(error);
      this.#tools.changed();
    }
    this.#synced.reject(new Error('the watch was closed before it was synced'));
  }

  #apply(event: WatchEvent): void {
    if (event.type === 'SYNCED') {
      this.#tools.write({ kind: 'watch', watch: this.id, state: 'synced', ...placeOf(this.scope) });
      this.#isSynced = true;
      this.#synced.resolve();
      return;
    }
    if (event.type === 'GAP') {
      const [from, to] = [this.#tools.tOf(event.from), this.#tools.tOf(event.to)];
      this.#tools.write({ kind: 'gap', watch: this.id, from, to, reason: event.reason });
      return;
    }
    const { object, type, source } = event;
    const { name = '', namespace, uid = `${namespace ?? ''}/${name}`, resourceVersion = '', labels } = object.metadata;
    if (type === 'DELETED') this.#objects.delete(uid);
    else this.#objects.set(uid, object);
    const versions = this.#versions.get(uid) ?? new Set();
    this.#versions.set(uid, versions.add(resourceVersion));
    const group = labels?.[GROUP_LABEL];
    this.#tools.write({
      kind: 'object',
      event: type,
      source,
      watch: this.id,
      ...(group === undefined ? {} : { group }),
      ref: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        uid,
        ...(namespace === undefined ? {} : { namespace }),
      },
      body: this.scope.keep === undefined ? object : keptOf(object, this.scope.keep),
    });
  }
}

/** What the timeline says of a watch. */
function placeOf(scope: Scope): Omit<Scope, 'keep'> {
  const { keep: _keep, ...place } = scope;
  return place;
}
