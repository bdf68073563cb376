import type { Connection } from '../connection.ts';
import type { Caller } from '../http/exchange.ts';
import { METADATA_LIST, PagedList } from '../list.ts';
import { type KindLike, kindName, kindRef } from '../object.ts';
import { collectionPath } from '../path-of.ts';
import { SharedWatch, WATCH_LIMITS, type WatchLimits, type WatchSource } from './shared-watch.ts';
import type { Subscription } from './subscription.ts';
import type { WatchOptions } from './watch.ts';

const METADATA_WATCH = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
/** For the headers of a watch and for each page of a list. */
const OPEN_MS = 30_000;

/** The shared watches of a connection. */
export class Watches {
  readonly #connection: Connection;
  readonly #limits: WatchLimits;
  readonly #shared = new Map<string, SharedWatch>();
  readonly #all = new Set<SharedWatch>();
  readonly #streamingLists: WatchSource['streamingLists'] = { supported: undefined };

  constructor(connection: Connection, limits: WatchLimits = WATCH_LIMITS) {
    this.#connection = connection;
    this.#limits = limits;
  }

  watch(kind: KindLike, options: WatchOptions, caller: Caller): Subscription {
    const { namespace, labels, fields, metadataOnly = false } = options;
    const key = JSON.stringify([kindName(kind), namespace, labels, fields, metadataOnly, caller.as]);
    let shared = this.#shared.get(key);
    // A stream that is being reconnected may show an old picture: a newcomer gets a stream of its own.
    if (shared?.joinable !== true) {
      shared = this.#open(key, kind, options, caller);
      this.#shared.set(key, shared);
    }
    const signals = options.signal === undefined ? caller.signals : [...caller.signals, options.signal];
    return shared.subscribe({ signals, timeoutMs: options.timeoutMs }, caller.observers);
  }

  close(reason: unknown): void {
    for (const shared of this.#all) shared.close(reason);
  }

  #open(key: string, kind: KindLike, options: WatchOptions, caller: Caller): SharedWatch {
    const selectors = { labelSelector: options.labels, fieldSelector: options.fields };
    const where = options.namespace === undefined ? 'everywhere' : `in ${options.namespace}`;
    const which = [options.labels, options.fields].filter(Boolean).join(', ');
    const ref = kindRef(kind);
    const path = async (signal: AbortSignal): Promise<string> => {
      const resource = await this.#connection.resource(kind, { ...caller, signals: [signal] }, { timeoutMs: OPEN_MS });
      return collectionPath(resource, options.namespace);
    };
    const source: WatchSource = {
      kind: ref,
      streamingLists: this.#streamingLists,
      open: async (query, signal, observers) =>
        await this.#connection.sender.stream(
          {
            path: await path(signal),
            query: { ...selectors, ...query },
            timeoutMs: OPEN_MS,
            ...(options.metadataOnly === true ? { accept: METADATA_WATCH } : {}),
          },
          { ...caller, observers, signals: [signal] },
          // The watch has a way of its own to wait and try again.
          { retry: 'credential' },
        ),
      list: (signal, observers) =>
        new PagedList(
          async (page, onFirstBytes, abandoned) => {
            const answer = await this.#connection.sender.send(
              {
                path: await path(signal),
                query: { ...selectors, ...page },
                timeoutMs: OPEN_MS,
                ...(options.metadataOnly === true ? { accept: METADATA_LIST } : {}),
              },
              { ...caller, observers, signals: [signal, abandoned] },
              { onFirstBytes },
            );
            return { body: this.#connection.json(answer), path: answer.path };
          },
          ref,
          {},
        ).pages(),
    };
    const shared: SharedWatch = new SharedWatch(
      `${kindName(kind)} ${where}${which === '' ? '' : ` (${which})`}`,
      source,
      this.#limits,
      () => {
        this.#all.delete(shared);
        if (this.#shared.get(key) === shared) this.#shared.delete(key);
      },
    );
    this.#all.add(shared);
    return shared;
  }
}
