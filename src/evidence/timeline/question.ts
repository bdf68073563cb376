import type { RecordedObject, RecordedRef } from '../recorded-object.ts';
import type { Entry, EntryOf } from './entry.ts';
import type { Fact, MarkName, Phase } from './phase.ts';
import type { Target } from './target.ts';
import type { Window } from './window.ts';

/** One state of one object: what the entry `seq` shows. It holds until the next state of the same object. */
export interface ObjectState {
  readonly seq: number;
  readonly t: number;
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly source: 'watch' | 'list' | 'relist';
  readonly body: RecordedObject;
}

/** Everything that a timeline knows about one object (one uid). */
export interface ObjectHistory {
  readonly ref: RecordedRef;
  readonly uid: string;
  readonly states: readonly ObjectState[];
}

/**
 * The objects that a target covers, with their histories. It remembers which watches fed it, so that `expectNever` knows
 * whether "never" can be claimed.
 */
export interface Selection {
  readonly timeline: Timeline;
  readonly target: Target;
  /** For people: `v1/Pod of group gang`. */
  readonly name: string;
  readonly objects: readonly ObjectHistory[];
  /** The objects that exist when the entry `seq` was written, with the state of that moment. */
  at(seq: number): readonly ObjectState[];
  /** Sequence numbers in the window at which this selection changed (and the window's first). */
  moments(window: Window): readonly number[];
  /** Why "never" cannot be claimed in the window; empty when every moment of it was watched. */
  holes(window: Window): readonly Hole[];
  /** Only the objects for which `keep` holds (by history); the watches stay the same. */
  filter(name: string, keep: (object: ObjectHistory) => boolean): Selection;
}

/** A stretch that was not watched: a gap, a watch that began late, ended early, or was never opened. Milliseconds. */
export interface Hole {
  readonly from: number;
  readonly to: number;
  readonly why: string;
  /** Entries that show it. */
  readonly evidence: readonly number[];
}

/** The reading side of a timeline, for judges. Pure: the same entries give the same answers. */
export interface Timeline {
  readonly entries: readonly Entry[];
  /** What the case's `plan` decided for this instance (JSON as recorded; give its type as `timeline.params as Params`). */
  readonly params: unknown;
  /** Namespace of the case. */
  readonly namespace: string;
  /** How the act ended; undefined when the timeline was cut off. */
  readonly end: EntryOf<'end'> | undefined;
  /** The last line could not be read: the program died while it wrote it. */
  readonly truncated: boolean;

  entry(seq: number): Entry | undefined;
  /** The first mark of that name. */
  mark(name: MarkName): EntryOf<'mark'> | undefined;
  marks(name?: MarkName): readonly EntryOf<'mark'>[];
  /** A phase, from its beginning to its end, or to the end of the act where the act never ended it. */
  during(phase: Phase): Window;
  /** What the act found out, and the mark that holds it. */
  learned<T>(fact: Fact<T>): { readonly data: T; readonly seq: number } | undefined;
  between(from: MarkName, to: MarkName): Window;
  /** From a mark to the end. */
  after(mark: MarkName): Window;
  /** From the beginning to a mark. */
  before(mark: MarkName): Window;
  whole(): Window;

  pods(question?: Omit<Target, 'of'>): Selection;
  objects(target: Target): Selection;
  /** Uids of the selection's objects, of its group or owner, of everything that owns them and everything that they own. */
  family(selection: Selection): ReadonlySet<string>;
  /** Events (events.k8s.io/v1) of the case's namespaces that regard the object, or all of them. */
  events(regarding?: RecordedRef): Selection;
  answers(question?: { name?: string; method?: string; via?: 'api' | 'proxy' }): readonly EntryOf<'answer'>[];
  logs(question?: { pod?: string; container?: string }): readonly EntryOf<'log'>[];
  waits(): readonly EntryOf<'waited'>[];
  notes(): readonly EntryOf<'note'>[];
}
