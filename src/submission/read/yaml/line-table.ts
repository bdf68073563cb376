import type { Position } from '../../finding.ts';

/**
 * Places for people: lines end at LF (or CRLF), as git, editors and annotations count them, although YAML 1.1 also ends
 * lines at CR, NEL, LS and PS; columns count UTF-16 units.
 */
export class LineTable {
  readonly #starts: number[] = [0];
  readonly #length: number;
  #last = 0;

  constructor(text: string) {
    this.#length = text.length;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Always inside of the text: what stands behind its last line break is put in front of it. */
  at(offset: number): Position {
    const last = this.#starts.at(-1) ?? 0;
    const inside = last > 0 && last === this.#length ? Math.min(offset, this.#length - 1) : offset;
    const index = this.#indexOf(inside);
    return { line: index + 1, column: inside - (this.#starts[index] ?? 0) + 1 };
  }

  /** Looked up near the last answer first: offsets mostly grow. */
  #indexOf(offset: number): number {
    const last = this.#last;
    const inLast = (this.#starts[last] ?? 0) <= offset && offset < (this.#starts[last + 1] ?? Number.POSITIVE_INFINITY);
    if (!inLast) this.#last = this.#search(offset);
    return this.#last;
  }

  #search(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
