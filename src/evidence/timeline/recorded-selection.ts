import type { Hole, ObjectHistory, ObjectState, Selection, Timeline } from './question.ts';
import type { Target } from './target.ts';
import type { Window } from './window.ts';

/** A Selection over histories; `holesOf` knows the watches behind it. */
export class RecordedSelection implements Selection {
  readonly timeline: Timeline;
  readonly target: Target;
  readonly name: string;
  readonly objects: readonly ObjectHistory[];
  readonly #holesOf: (window: Window) => readonly Hole[];

  constructor(
    timeline: Timeline,
    target: Target,
    name: string,
    objects: readonly ObjectHistory[],
    holesOf: (window: Window) => readonly Hole[],
  ) {
    this.timeline = timeline;
    this.target = target;
    this.name = name;
    this.objects = objects;
    this.#holesOf = holesOf;
  }

  at(seq: number): readonly ObjectState[] {
    return this.objects.flatMap(({ states }) => {
      const last = states.findLast((state) => state.seq <= seq);
      return last === undefined || last.event === 'DELETED' ? [] : [last];
    });
  }

  moments(window: Window): readonly number[] {
    const inside = this.objects
      .flatMap(({ states }) => states)
      .filter((state) => state.seq > window.fromSeq && state.seq <= window.toSeq)
      .sort((a, b) => a.seq - b.seq);
    // What a list delivers object by object was true all at once: only its last object is a moment.
    const settled = inside.filter(
      (state, index) => state.source === 'watch' || inside[index + 1]?.source !== state.source,
    );
    return [window.fromSeq, ...settled.map((state) => state.seq)];
  }

  holes(window: Window): readonly Hole[] {
    return this.#holesOf(window);
  }

  filter(name: string, keep: (object: ObjectHistory) => boolean): Selection {
    return new RecordedSelection(this.timeline, this.target, name, this.objects.filter(keep), this.#holesOf);
  }
}
