import type { Mark } from './cursor.ts';

/** Something that turns out to be a key if a `:` follows. One object per flow level, which is used again and again. */
export interface SimpleKey extends Mark {
  possible: boolean;
  /** Its first token is not handed out before it is known whether it is a key. */
  awaited: boolean;
  required: boolean;
  /** Number of its first token, counted from the start of the text. */
  token: number;
  offset: number;
  line: number;
  column: number;
}

/** The possible keys: at most one per level of flow collections. */
export class SimpleKeys {
  readonly #levels: SimpleKey[] = [newKey(0)];

  /** That of the innermost level. */
  get top(): SimpleKey {
    return this.#levels[this.#levels.length - 1] as SimpleKey;
  }

  /** A flow collection begins with that token. */
  open(token: number): void {
    this.#levels.push(newKey(token));
  }

  close(): void {
    const inner = this.#levels.pop();
    // yaml.v3 forgets whoever waits for that token, and in an empty collection that is the collection itself.
    if (this.top.token === inner?.token) this.top.awaited = false;
  }

  /** The awaited key that begins with a token. Keys of deeper levels begin later, so the search is short. */
  at(token: number): SimpleKey | undefined {
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const key = this.#levels[level];
      if (!key || key.token < token) return undefined;
      if (key.token === token && key.awaited) return key;
    }
    return undefined;
  }
}

function newKey(token: number): SimpleKey {
  return { possible: false, awaited: false, required: false, token, offset: 0, line: 0, column: 0 };
}
