/**
 * A stretch of a case, declared once with the marks at its two ends: the act begins and ends it, judges ask for its window
 * (`timeline.during`), the report shows it. Phases may overlap; where one ends with the mark with which another begins, ending the
 * one begins the other.
 */
export interface Phase {
  readonly name: string;
  readonly from: Boundary;
  readonly to: Boundary;
}

/** A mark as it is asked for: an end of a phase, a fact, or its name. */
export type MarkName = string | { readonly mark: string };

export function nameOfMark(mark: MarkName): string {
  return typeof mark === 'string' ? mark : mark.mark;
}

/** A mark in the timeline, with the names of the phases that begin and end with it. */
export interface Boundary {
  readonly mark: string;
  readonly begins: readonly string[];
  readonly ends: readonly string[];
}

/**
 * Declares the phases of an act: name -> the marks with which it begins and ends, as the timeline shows them.
 * `phases({ waits: ['waits created', 'release'], freed: ['release', 'released'] })`.
 */
export function phases<K extends string>(
  all: Readonly<Record<K, readonly [from: string, to: string]>>,
): Readonly<Record<K, Phase>> {
  const declared = Object.entries<readonly [string, string]>(all);
  const boundary = (mark: string): Boundary => ({
    mark,
    begins: declared.flatMap(([name, [from]]) => (from === mark ? [name] : [])),
    ends: declared.flatMap(([name, [, to]]) => (to === mark ? [name] : [])),
  });
  const made = declared.map(([name, [from, to]]): [string, Phase] => {
    if (from === to) throw new Error(`phase ${name} begins and ends with the mark "${from}"`);
    return [name, { name, from: boundary(from), to: boundary(to) }];
  });
  return Object.fromEntries(made) as Record<K, Phase>;
}

/** Something that an act finds out and its judges need, by the name of the mark that holds it. Its data are plain JSON. */
export interface Fact<T> {
  readonly mark: string;
  /** Only for the type: never set. */
  readonly holds?: T;
}

export function fact<T>(mark: string): Fact<T> {
  return { mark };
}
