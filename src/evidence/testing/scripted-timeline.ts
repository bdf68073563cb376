import type { RecordedObject } from '../recorded-object.ts';
import type { Entry, EntryOf, NewEntry } from '../timeline/entry.ts';
import { type Boundary, type Fact, type MarkName, nameOfMark, type Phase } from '../timeline/phase.ts';
import type { Timeline } from '../timeline/question.ts';
import { timelineOf } from '../timeline/recorded-timeline.ts';

type Loose<K extends NewEntry['kind']> = Partial<Omit<EntryOf<K>, 'seq' | 't' | 'at' | 'kind'>>;

/**
 * A timeline written by hand, for tests of judges: what would have happened, step by step. Time stands still unless `wait` moves it.
 *
 * ```ts
 * const timeline = new ScriptedTimeline({ params: { slots: 2 } })
 *   .watch('v1/Pod').mark('created').wait(100).add(pod('a')).wait(60_000).confirm().mark('release').completed().timeline();
 * ```
 */
export class ScriptedTimeline {
  readonly entries: Entry[] = [];
  readonly namespace: string;
  #t = 0;
  #version = 100;
  readonly #watches: { id: string; of: string }[] = [];

  constructor(begin: { case?: string; requirement?: string; params?: unknown; namespace?: string } = {}) {
    this.namespace = begin.namespace ?? 'plimsoll-test-1';
    this.write({
      kind: 'begin',
      run: 'test',
      case: begin.case ?? 'gang_scheduling/test',
      requirement: begin.requirement ?? 'gang_scheduling',
      namespace: this.namespace,
      params: begin.params ?? {},
      tool: 'test',
    });
  }

  write(entry: NewEntry): this {
    const at = new Date(Date.UTC(2026, 0, 1) + this.#t).toISOString();
    this.entries.push({ seq: this.entries.length + 1, t: this.#t, at, ...entry } as Entry);
    return this;
  }

  /** Milliseconds pass. */
  wait(ms: number): this {
    this.#t += ms;
    return this;
  }

  mark(at: MarkName, data?: unknown): this {
    const name = nameOfMark(at);
    return this.write({ kind: 'mark', name, ...(data === undefined ? {} : { data }) });
  }

  /** A phase begins. Nothing is written where the mark with which it begins is there: another phase ended with it. */
  begin({ from }: Phase): this {
    return this.#boundary(from);
  }

  finish({ to }: Phase): this {
    return this.#boundary(to);
  }

  /** The act found something out. */
  learn<T>({ mark }: Fact<T>, data: T): this {
    return this.mark(mark, data);
  }

  #boundary({ mark, begins, ends }: Boundary): this {
    if (this.entries.some((entry) => entry.kind === 'mark' && entry.name === mark)) return this;
    return this.write({ kind: 'mark', name: mark, begins: [...begins], ends: [...ends] });
  }

  /** Opens a watch and syncs it; in the case's namespace unless told otherwise (`namespace: undefined` = all of them). */
  watch(
    of: string,
    options: { namespace?: string | undefined; labels?: string; fields?: string; synced?: boolean } = {},
  ): this {
    const id = `w${this.#watches.length + 1}`;
    this.#watches.push({ id, of });
    const { synced = true, ...scope } = { namespace: this.namespace, ...options };
    const { namespace, ...selectors } = scope;
    const where = { ...(namespace === undefined ? {} : { namespace }), ...selectors };
    this.write({ kind: 'watch', watch: id, state: 'opened', of, ...where });
    return synced ? this.write({ kind: 'watch', watch: id, state: 'synced', of, ...where }) : this;
  }

  /** A list agreed with every watch. */
  confirm(): this {
    for (const { id, of } of this.#watches) this.write({ kind: 'watch', watch: id, state: 'confirmed', of });
    return this;
  }

  /** A watch missed what happened in the last `ms` milliseconds. */
  gap(of: string, ms: number, reason = '410 Gone'): this {
    return this.write({ kind: 'gap', watch: this.#watchOf(of), from: Math.max(0, this.#t - ms), to: this.#t, reason });
  }

  add(object: RecordedObject, how: { source?: 'watch' | 'list' | 'relist'; group?: string } = {}): this {
    return this.#object('ADDED', object, how);
  }

  modify(object: RecordedObject, how: { source?: 'watch' | 'list' | 'relist'; group?: string } = {}): this {
    return this.#object('MODIFIED', object, how);
  }

  remove(object: RecordedObject, how: { source?: 'watch' | 'list' | 'relist'; group?: string } = {}): this {
    return this.#object('DELETED', object, how);
  }

  answer(answer: Loose<'answer'> & { name: string }): this {
    return this.write({ kind: 'answer', via: 'api', method: 'POST', path: '/', status: 201, ms: 1, ...answer });
  }

  log(log: Loose<'log'> & { pod: string; text: string }): this {
    return this.write({ kind: 'log', namespace: this.namespace, container: 'probe', ...log });
  }

  waited(waited: Pick<EntryOf<'waited'>, 'target' | 'condition' | 'how' | 'within'>): this {
    const since = Math.max(0, this.#t - waited.within);
    return this.write({ kind: 'waited', for: waited.condition, since, reasons: [], ...waited });
  }

  completed(): this {
    return this.confirm().write({ kind: 'end', how: 'completed' });
  }

  end(end: Loose<'end'> & { how: 'aborted' | 'not-run' }): this {
    return this.write({ kind: 'end', ...end });
  }

  timeline(): Timeline {
    return timelineOf(this.entries);
  }

  #object(
    event: 'ADDED' | 'MODIFIED' | 'DELETED',
    object: RecordedObject,
    how: { source?: 'watch' | 'list' | 'relist'; group?: string },
  ): this {
    const of = `${object.apiVersion}/${object.kind}`;
    const { name = '', namespace } = object.metadata;
    const uid = object.metadata.uid ?? `uid-${name}`;
    const metadata = { uid, resourceVersion: String(++this.#version), ...object.metadata };
    const group = how.group ?? object.metadata.labels?.['plimsoll.dev/group'];
    return this.write({
      kind: 'object',
      event,
      source: how.source ?? 'watch',
      watch: this.#watchOf(of),
      ...(group === undefined ? {} : { group }),
      ref: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        uid,
        ...(namespace === undefined ? {} : { namespace }),
      },
      body: { ...object, metadata },
    });
  }

  #watchOf(of: string): string {
    return this.#watches.find((watch) => watch.of === of)?.id ?? 'w0';
  }
}

/**
 * A recorded timeline with something changed, to show a judge a defect: `change` returns the entry as it is to be, undefined to leave
 * it out, or several. Sequence numbers are given anew.
 */
export function edited(timeline: Timeline, change: (entry: Entry) => Entry | readonly Entry[] | undefined): Timeline {
  const entries = timeline.entries.flatMap((entry) => change(entry) ?? []);
  return timelineOf(entries.map((entry, index) => ({ ...entry, seq: index + 1 })));
}
