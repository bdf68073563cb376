/** What is wrong with a line. */
export class LineFault extends Error {}

/** A quote is opened and not closed in this line: in the text format it may be in one of the next. */
export class OpenQuote extends LineFault {}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]*/y;
const WORD = /[^ \t#{}",]+/y;
/** A quoted string without its quotes: every backslash is followed by something. */
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;

/** Moves over one line. Strict on blanks where OpenMetrics is (exactly one space, and none inside the braces' commas). */
export class LineScanner {
  readonly #text: string;
  readonly #strict: boolean;
  #at = 0;
  /** What breaks the format's rules and scrapers read all the same. */
  readonly oddities: string[] = [];

  constructor(text: string, strict: boolean) {
    this.#text = text;
    this.#strict = strict;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }
  get done(): boolean {
    return this.#at >= this.#text.length;
  }
  /** Is the next character a blank? */
  get blank(): boolean {
    const next = this.#text.charCodeAt(this.#at);
    return next === 32 || next === 9;
  }

  /** Optional blanks: any number in the text format, none in OpenMetrics. */
  blanks(): void {
    if (!this.#strict) this.#take(BLANKS);
  }

  /** The blank between two words: at least one in the text format (or none before a brace), exactly one in OpenMetrics. */
  gap(what: string): void {
    if (this.#strict ? !this.taken(' ') : this.#take(BLANKS) === '') throw this.fault(`a space before ${what}`);
  }

  taken(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  name(): string | undefined {
    return this.#take(NAME);
  }

  label(): string | undefined {
    return this.#take(LABEL);
  }

  word(what: string): string {
    const word = this.#take(WORD);
    if (word === undefined) throw this.fault(what);
    return word;
  }

  /** A quoted string with its escapes undone, or undefined when there is no quote here. */
  quoted(): string | undefined {
    if (this.#text.charCodeAt(this.#at) !== 34) return undefined;
    // Nearly all have no escape: the next quote ends them.
    const end = this.#text.indexOf('"', this.#at + 1);
    const plain = end < 0 ? undefined : this.#text.slice(this.#at + 1, end);
    if (plain !== undefined && !plain.includes('\\')) {
      this.#at = end + 1;
      return plain;
    }
    QUOTED.lastIndex = this.#at;
    const found = QUOTED.exec(this.#text);
    if (!found) throw new OpenQuote(`a quote is opened and not closed: ${cut(this.rest)}`);
    this.#at = QUOTED.lastIndex;
    return unescaped(found[1] ?? '', true, this.oddities);
  }

  fault(wanted: string): LineFault {
    return new LineFault(
      this.done ? `the line ends where ${wanted} is wanted` : `${wanted} is wanted at ${cut(this.rest)}`,
    );
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** Undoes `\\`, `\n` and, in label values, `\"`. Any other stays as it is, as scrapers leave it, and is an oddity. */
export function unescaped(text: string, quotes: boolean, oddities: string[]): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.?)/gs, (pair, character: string) => {
    if (character === '\\') return '\\';
    if (character === 'n') return '\n';
    if (character === '"' && quotes) return '"';
    oddities.push(`${pair} is no escape`);
    return pair;
  });
}

/** A text for a message: quoted, at most 60 characters. */
export function cut(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
