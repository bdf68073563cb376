import type { DecodedText, ReadFault } from './decode-bytes.ts';
import { YamlFault } from './yaml-fault.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const NEL = 0x85;

/** How far yaml.v3 looks ahead for a comment, in bytes. */
const COMMENT_LOOKAHEAD = 512;

/** A place in the text, kept while a token is being read. */
export interface Mark {
  readonly offset: number;
  /** Counted from 0. */
  readonly line: number;
  /** Characters (not UTF-16 units) since the start of the line, counted from 0: what indentation is measured in. */
  readonly column: number;
}

/** YAML 1.1 breaks lines at CR, LF, NEL, LS and PS. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === NEL || code === 0x2028 || code === 0x2029;
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Blank, line break or the end of the text (code 0, which cannot occur in a readable text). */
export function isBlankOrEnd(code: number): boolean {
  return code === SPACE || code === LF || code === 0 || code === TAB || isBreak(code);
}

/** Letters, digits, `_` and `-`: names of anchors, tag handles and directives. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d
  );
}

/** The text and the place that the scanner is at. */
export class Cursor {
  /** The readable text, with NULs behind it so that looking ahead needs no bounds. */
  readonly text: string;
  readonly end: number;
  readonly #fault: ReadFault | undefined;
  readonly #astral: boolean;
  pos = 0;
  line = 0;
  lineStart = 0;
  #countedTo = 0;
  #counted = 0;

  readonly #secondMarkReach: number;

  constructor({ text, fault, secondMarkReach }: DecodedText) {
    this.#secondMarkReach = secondMarkReach;
    const readable = fault ? text.slice(0, fault.readableUntil) : text;
    this.text = `${readable}\0\0\0\0\0\0\0\0\0`;
    this.end = readable.length;
    this.#fault = fault;
    this.#astral = /[\ud800-\udbff]/.test(readable);
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead);
  }

  get column(): number {
    return this.#astral ? this.#countColumn() : this.pos - this.lineStart;
  }

  mark(): Mark {
    return { offset: this.pos, line: this.line, column: this.column };
  }

  /** Counts on from the last column that was asked for, so that a long line costs no more than its length. */
  #countColumn(): number {
    if (this.#countedTo < this.lineStart || this.#countedTo > this.pos) {
      this.#countedTo = this.lineStart;
      this.#counted = 0;
    }
    for (; this.#countedTo < this.pos; this.#countedTo++) {
      if ((this.text.charCodeAt(this.#countedTo) & 0xfc00) !== 0xdc00) this.#counted++;
    }
    return this.#counted;
  }

  atBreak(): boolean {
    return isBreak(this.code());
  }

  /** Whether the text is used up. Throws what yaml.v3 says when it cannot read on. */
  atEnd(): boolean {
    if (this.pos < this.end) return false;
    this.throwFault();
    return true;
  }

  throwFault(): void {
    if (this.#fault) throw new YamlFault(`The file contains ${this.#fault.message}.`, this.#fault.offset);
  }

  /** Steps over one line break and returns what a scalar gets for it: LS and PS stay, all others become LF. */
  takeBreak(): string {
    const code = this.code();
    this.pos += code === CR && this.code(1) === LF ? 2 : 1;
    this.startLine();
    return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
  }

  startLine(): void {
    this.line++;
    this.lineStart = this.pos;
  }

  /** What yaml.v3 takes for a byte order mark at the start of a line. */
  skipMark(): void {
    if (this.pos === this.lineStart && this.pos + 4 <= this.#secondMarkReach) this.pos++;
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.pos++;
  }

  skipToLineEnd(): void {
    while (this.pos < this.end && !this.atBreak()) this.pos++;
  }

  /** `---` or `...` at the start of a line, followed by white space. */
  atDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false;
    const code = this.code();
    return (
      (code === 0x2d || code === 0x2e) && this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3))
    );
  }

  /**
   * A comment behind a token on the same line. yaml.v3 takes the blanks before it along, tabs too, which the search for
   * the next token would refuse in some places.
   */
  skipLineComment(): void {
    if (this.#lastWasBreak()) return;
    let at = this.pos;
    while (at < this.pos + COMMENT_LOOKAHEAD && isBlank(this.text.charCodeAt(at))) at++;
    if (this.text.charCodeAt(at) !== 0x23 || at >= this.pos + COMMENT_LOOKAHEAD) return;
    this.pos = at;
    this.skipToLineEnd();
  }

  #lastWasBreak(): boolean {
    let at = this.pos - 1;
    while (at >= 0 && isBlank(this.text.charCodeAt(at))) at--;
    return at >= 0 && isBreak(this.text.charCodeAt(at));
  }

  /** From a `#`: this comment and those on the lines below it, with whatever white space stands before them. */
  skipComments(): void {
    this.skipToLineEnd();
    for (;;) {
      // Looks from behind the line's break; one of more than one byte ends the search in yaml.v3.
      if (this.code() > 0x7f) return;
      let at = this.pos + 1;
      const limit = this.pos + COMMENT_LOOKAHEAD;
      for (; at < limit; at++) {
        const code = this.text.charCodeAt(at);
        if (!isBlank(code) && code !== LF && code !== CR) break;
      }
      if (at >= limit || this.text.charCodeAt(at) !== 0x23) return;
      while (this.pos < at) {
        if (this.atBreak()) this.takeBreak();
        else this.pos++;
      }
      this.skipToLineEnd();
    }
  }
}
