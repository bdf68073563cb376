import { text } from '../read-field.ts';
import type { RecordedRef } from '../recorded-object.ts';
import { holes, type WatchRecord, watchRecords } from './coverage.ts';
import type { Entry, EntryKind, EntryOf } from './entry.ts';
import { histories, type IndexedHistory, membersOf, withOwned, withOwners } from './histories.ts';
import { type Fact, type MarkName, nameOfMark, type Phase } from './phase.ts';
import type { ObjectHistory, Selection, Timeline } from './question.ts';
import { RecordedSelection } from './recorded-selection.ts';
import { showTarget, type Target } from './target.ts';
import type { Window } from './window.ts';

/** The Timeline that judges are given: an index over entries, built once. */
export function timelineOf(entries: readonly Entry[], options: { truncated?: boolean } = {}): Timeline {
  return new RecordedTimeline(entries, options.truncated ?? false);
}

class RecordedTimeline implements Timeline {
  readonly entries: readonly Entry[];
  readonly truncated: boolean;
  readonly params: unknown;
  readonly namespace: string;
  readonly end: EntryOf<'end'> | undefined;
  readonly #objects: ReadonlyMap<string, IndexedHistory>;
  readonly #watches: readonly WatchRecord[];

  constructor(entries: readonly Entry[], truncated: boolean) {
    this.entries = entries;
    this.truncated = truncated;
    const begin = this.#of('begin')[0];
    this.params = begin?.params;
    this.namespace = begin?.namespace ?? '';
    this.end = this.#of('end').at(-1);
    this.#objects = histories(entries);
    this.#watches = watchRecords(entries);
  }

  #of<K extends EntryKind>(kind: K): readonly EntryOf<K>[] {
    return this.entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }

  entry(seq: number): Entry | undefined {
    const guess = this.entries[seq - 1];
    return guess?.seq === seq ? guess : this.entries.find((entry) => entry.seq === seq);
  }

  mark(name: MarkName): EntryOf<'mark'> | undefined {
    const wanted = nameOfMark(name);
    return this.#of('mark').find((mark) => mark.name === wanted);
  }

  marks(name?: MarkName): readonly EntryOf<'mark'>[] {
    return this.#of('mark').filter((mark) => name === undefined || mark.name === nameOfMark(name));
  }

  during({ from, to }: Phase): Window {
    return this.mark(to.mark) === undefined ? this.after(from.mark) : this.between(from.mark, to.mark);
  }

  learned<T>({ mark }: Fact<T>): { readonly data: T; readonly seq: number } | undefined {
    const found = this.mark(mark);
    // The act of the same case wrote it with this type.
    return found === undefined ? undefined : { data: found.data as T, seq: found.seq };
  }

  between(from: MarkName, to: MarkName): Window {
    return this.#window(`between "${nameOfMark(from)}" and "${nameOfMark(to)}"`, this.#markOr(from), this.#markOr(to));
  }

  after(mark: MarkName): Window {
    return this.#window(`after "${nameOfMark(mark)}"`, this.#markOr(mark), undefined);
  }

  before(mark: MarkName): Window {
    return this.#window(`before "${nameOfMark(mark)}"`, undefined, this.#markOr(mark));
  }

  whole(): Window {
    return this.#window('during the case', undefined, undefined);
  }

  #markOr(name: MarkName): EntryOf<'mark'> | string {
    return this.mark(name) ?? `the act never came to "${nameOfMark(name)}"`;
  }

  /**
   * Where the act ended: the last entry before the confirmations with which a timeline is closed, and the moment of the first of these.
   * They come one after the other, so a window that went on until after them would have an end that some watch does not know of.
   */
  get #last(): { entry: Entry | undefined; t: number | undefined } {
    const { entries } = this;
    const acted = entries.findLastIndex((entry) => ['mark', 'answer', 'log', 'waited', 'note'].includes(entry.kind));
    const closing = entries.findIndex((entry, index) => index > acted && closes(entry));
    return closing < 1
      ? { entry: entries.at(-1), t: entries.at(-1)?.t }
      : { entry: entries[closing - 1], t: entries[closing]?.t };
  }

  #window(name: string, from: EntryOf<'mark'> | string | undefined, to: EntryOf<'mark'> | string | undefined): Window {
    const first = typeof from === 'object' ? from : this.entries[0];
    const last = typeof to === 'object' ? to : this.#last.entry;
    const missing = [from, to].find((side) => typeof side === 'string');
    const closed = typeof to === 'object' || this.end?.how === 'completed';
    const window = {
      name,
      fromSeq: first?.seq ?? 1,
      toSeq: last?.seq ?? 0,
      from: first?.t ?? 0,
      to: (typeof to === 'object' ? to.t : this.#last.t) ?? 0,
      closed,
    };
    if (missing !== undefined) return { ...window, closed: false, missing };
    return window.toSeq < window.fromSeq ? { ...window, missing: 'its end comes before its beginning' } : window;
  }

  pods(question: Omit<Target, 'of'> = {}): Selection {
    return this.objects({ of: 'v1/Pod', ...question });
  }

  objects(target: Target): Selection {
    const members = this.#members(target);
    const found = [...this.#objects.values()].filter(
      (one) =>
        one.of === target.of &&
        (target.namespace === undefined || one.ref.namespace === target.namespace) &&
        (target.name === undefined || one.ref.name === target.name) &&
        (target.uid === undefined || one.uid === target.uid) &&
        (members === undefined || members.has(one.uid)) &&
        this.#deliveredFor(target, one),
    );
    const single = target.uid !== undefined || target.name !== undefined;
    const delivered = new Set(single ? found.flatMap((one) => [...one.watches]) : []);
    return new RecordedSelection(this, target, showTarget(target), found, (window) =>
      holes(target, window, this.#watches, this.namespace, delivered),
    );
  }

  /** With selectors, only what a watch with these selectors delivered: recorded objects are not matched again here. */
  #deliveredFor(target: Target, object: IndexedHistory): boolean {
    if (target.labels === undefined && target.fields === undefined) return true;
    return this.#watches.some(
      (watch) => object.watches.has(watch.id) && watch.labels === target.labels && watch.fields === target.fields,
    );
  }

  #members(target: Target): ReadonlySet<string> | undefined {
    if (target.group !== undefined) return membersOf(target.group, this.#objects);
    if (target.owner !== undefined) return withOwned([target.owner], this.#objects);
    return undefined;
  }

  family(selection: Selection): ReadonlySet<string> {
    const { group, owner } = selection.target;
    const roots = [
      ...selection.objects.map((object) => object.uid),
      ...(group === undefined ? [] : membersOf(group, this.#objects)),
      ...(owner === undefined ? [] : [owner]),
    ];
    return withOwned([...withOwners(roots, this.#objects)], this.#objects);
  }

  events(regarding?: RecordedRef): Selection {
    const all = this.objects({ of: 'events.k8s.io/v1/Event' });
    if (regarding === undefined) return all;
    const fits = (event: ObjectHistory): boolean => {
      const body = event.states.at(-1)?.body;
      const uid = text(body, 'regarding.uid');
      if (regarding.uid !== undefined && uid !== '') return uid === regarding.uid;
      return text(body, 'regarding.kind') === regarding.kind && text(body, 'regarding.name') === regarding.name;
    };
    return all.filter(`events of ${regarding.kind} ${regarding.name}`, fits);
  }

  answers(question: { name?: string; method?: string; via?: 'api' | 'proxy' } = {}): readonly EntryOf<'answer'>[] {
    return this.#of('answer').filter(
      (one) =>
        (question.name === undefined || one.name === question.name) &&
        (question.method === undefined || one.method === question.method) &&
        (question.via === undefined || one.via === question.via),
    );
  }

  logs(question: { pod?: string; container?: string } = {}): readonly EntryOf<'log'>[] {
    return this.#of('log').filter(
      (one) =>
        (question.pod === undefined || one.pod === question.pod) &&
        (question.container === undefined || one.container === question.container),
    );
  }

  waits(): readonly EntryOf<'waited'>[] {
    return this.#of('waited');
  }

  notes(): readonly EntryOf<'note'>[] {
    return this.#of('note');
  }
}

/** An entry with which the runner closes a timeline when the act has ended. */
function closes(entry: Entry): boolean {
  return entry.kind === 'end' || (entry.kind === 'watch' && (entry.state === 'confirmed' || entry.state === 'doubted'));
}
