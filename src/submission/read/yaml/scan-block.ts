import { type Cursor, isBlank } from './cursor.ts';
import { scalarToken, type Token } from './token.ts';
import { YamlFault } from './yaml-fault.ts';

const TAB = 0x09;
const SPACE = 0x20;

/** A literal (`|`) or folded (`>`) scalar. `parent` is the indentation of the block around it, -1 at the root. */
export function scanBlock(cursor: Cursor, literal: boolean, parent: number): Token {
  const start = cursor.pos;
  cursor.pos++;
  const { chomping, increment } = takeHeader(cursor, start);
  const fixed = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  const scan = new BlockScan(cursor, fixed, parent, start);
  const text = scan.takeContent(literal, chomping);
  return scalarToken(literal ? 'literal' : 'folded', start, scan.end, text);
}

interface Header {
  readonly chomping: '' | '+' | '-';
  /** 0 when it is not given. */
  readonly increment: number;
}

function takeHeader(cursor: Cursor, start: number): Header {
  const found = /^(?:([+-])(\d?)|(\d)([+-]?))?/.exec(cursor.text.slice(cursor.pos, cursor.pos + 2));
  cursor.pos += found?.[0].length ?? 0;
  const digit = found?.[2] || found?.[3] || '';
  if (digit === '0') throw new YamlFault('The indentation behind "|" or ">" must be 1 to 9.', start);
  cursor.skipBlanks();
  if (cursor.code() === 0x23) cursor.skipToLineEnd();
  if (cursor.pos < cursor.end && !cursor.atBreak()) {
    throw new YamlFault(
      'Behind "|" or ">" only +, -, one digit or a comment may stand; the text begins on the next line.',
      start,
    );
  }
  if (cursor.atBreak()) cursor.takeBreak();
  return { chomping: (found?.[1] || found?.[4] || '') as Header['chomping'], increment: Number(digit) };
}

class BlockScan {
  /** Offset behind the content. */
  end: number;
  readonly #cursor: Cursor;
  /** 0 until it is known. */
  #indent: number;
  readonly #parent: number;
  readonly #start: number;

  constructor(cursor: Cursor, indent: number, parent: number, start: number) {
    this.#cursor = cursor;
    this.#indent = indent;
    this.#parent = parent;
    this.#start = start;
    this.end = cursor.pos;
  }

  takeContent(literal: boolean, chomping: Header['chomping']): string {
    const cursor = this.#cursor;
    let text = '';
    let lineBreak = '';
    let furtherBreaks = this.#takeBreaks();
    let afterIndented = false;
    while (cursor.column === this.#indent && cursor.pos < cursor.end) {
      const indented = isBlank(cursor.code());
      // A folded scalar keeps the breaks around lines that are indented further.
      if (!literal && !afterIndented && !indented && lineBreak === '\n') {
        if (furtherBreaks === '') text += ' ';
      } else {
        text += lineBreak;
      }
      text += furtherBreaks;
      afterIndented = indented;
      const from = cursor.pos;
      cursor.skipToLineEnd();
      text += cursor.text.slice(from, cursor.pos);
      lineBreak = cursor.atBreak() ? cursor.takeBreak() : '';
      furtherBreaks = this.#takeBreaks();
    }
    if (chomping !== '-') text += lineBreak;
    if (chomping === '+') text += furtherBreaks;
    return text;
  }

  /** Steps over indentation and empty lines; finds out the indentation if it is not known yet. */
  #takeBreaks(): string {
    const cursor = this.#cursor;
    let breaks = '';
    let deepest = 0;
    this.end = cursor.pos;
    for (;;) {
      let column = cursor.column;
      const open = (): boolean => this.#indent === 0 || column < this.#indent;
      while (open() && cursor.code() === SPACE) {
        cursor.pos++;
        column++;
      }
      deepest = Math.max(deepest, column);
      if (open() && cursor.code() === TAB) {
        throw new YamlFault('A line of a block scalar ("|" or ">") is indented with a tab; use spaces.', this.#start);
      }
      if (!cursor.atBreak()) break;
      breaks += cursor.takeBreak();
      this.end = cursor.pos;
    }
    if (this.#indent === 0) this.#indent = Math.max(deepest, this.#parent + 1, 1);
    return breaks;
  }
}
