import { Cursor, isBlank, isBlankOrEnd, type Mark } from './cursor.ts';
import type { DecodedText } from './decode-bytes.ts';
import { scanBlock } from './scan-block.ts';
import { cannotStart, MAX_DEPTH, missingColon, tooDeep } from './scan-faults.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-names.ts';
import { scanPlain } from './scan-plain.ts';
import { scanQuoted } from './scan-quoted.ts';
import { type SimpleKey, SimpleKeys } from './simple-keys.ts';
import { type Token, type TokenKind, token } from './token.ts';
import { TokenQueue } from './token-queue.ts';
import { YamlFault } from './yaml-fault.ts';

/** A key without `?` must be followed by its `:` within so many characters. */
const MAX_SIMPLE_KEY = 1024;
/** Tokens that yaml.v3 wants to have behind the one it looks at, to place comments. */
const LOOKAHEAD = 2;
/** Cannot start a token, unless the rules for `-`, `?` and `:` allow it. */
const INDICATORS = new Set(Array.from('-?:,[]{}#&*!|>\'"%@`', (mark) => mark.charCodeAt(0)));
const FLOW_PUNCTUATION: Readonly<Record<string, TokenKind>> = {
  '[': 'flow-sequence-start',
  '{': 'flow-mapping-start',
  ']': 'flow-sequence-end',
  '}': 'flow-mapping-end',
};

/**
 * Text to tokens by the rules that yaml.v3 has: those of YAML 1.1 with libyaml's deviations. A token may be inserted
 * before others that were already made (a key is only known by its `:`), hence the queue.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #queue = new TokenQueue();
  #flow = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #keyAllowed = true;
  readonly #keys = new SimpleKeys();
  /** The first token of the queue needs no more looking ahead. */
  #ready = false;

  constructor(text: DecodedText) {
    this.#cursor = new Cursor(text);
  }

  /** The next token, which stays. Throws YamlFault. */
  peek(): Token {
    while (!this.#ready) {
      if (this.#queue.length > LOOKAHEAD) {
        // A token that may turn out to begin a key waits until that is known.
        const key = this.#keys.at(this.#queue.firstNumber);
        if (!key || !this.#isValid(key)) break;
      }
      this.#fetch();
    }
    this.#ready = true;
    return this.#queue.first();
  }

  /** Takes the token that `peek` shows. */
  take(): Token {
    this.peek();
    this.#ready = false;
    return this.#queue.take();
  }

  #push(kind: TokenKind, width: number): void {
    const start = this.#cursor.pos;
    this.#cursor.pos += width;
    this.#queue.push(token(kind, start, this.#cursor.pos));
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#unroll(cursor.column);
    const code = cursor.code();
    const lineStart = cursor.pos === cursor.lineStart;
    if (cursor.atEnd()) {
      this.#fetchEnd();
    } else if (lineStart && code === 0x25) {
      this.#leaveBlocks();
      this.#queue.push(scanDirective(cursor));
    } else if (cursor.atDocumentIndicator()) {
      this.#leaveBlocks();
      this.#push(code === 0x2d ? 'document-start' : 'document-end', 3);
    } else {
      const dash = code === 0x2d && isBlankOrEnd(cursor.code(1));
      if (dash) this.#fetchDash();
      else this.#fetchOne(code);
      if (!dash) cursor.skipLineComment();
    }
  }

  /** Any token but a dash. */
  #fetchOne(code: number): void {
    const cursor = this.#cursor;
    const inFlow = this.#flow > 0;
    const indicator = inFlow || isBlankOrEnd(cursor.code(1));
    const mark = String.fromCharCode(code);
    const punctuation = FLOW_PUNCTUATION[mark];
    if (punctuation) this.#fetchPunctuation(mark, punctuation);
    else if (code === 0x2c) this.#fetchFlowEntry();
    else if (code === 0x3f && indicator) this.#fetchKey();
    else if (code === 0x3a && indicator) this.#fetchValue();
    else if (code === 0x2a) this.#fetchKeyable(() => scanAnchor(cursor, 'alias'));
    else if (code === 0x26) this.#fetchKeyable(() => scanAnchor(cursor, 'anchor'));
    else if (code === 0x21) this.#fetchKeyable(() => scanTag(cursor));
    else if ((code === 0x7c || code === 0x3e) && !inFlow) this.#fetchBlock(code === 0x7c);
    else if (code === 0x27 || code === 0x22) this.#fetchKeyable(() => scanQuoted(cursor, code === 0x27));
    else if (this.#startsPlain(code)) this.#fetchPlain();
    else throw cannotStart(code, cursor.pos);
  }

  #fetchBlock(literal: boolean): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#queue.push(scanBlock(this.#cursor, literal, this.#indent));
  }

  #startsPlain(code: number): boolean {
    const next = this.#cursor.code(1);
    if (!isBlankOrEnd(code) && !INDICATORS.has(code)) return true;
    if (code === 0x2d) return !isBlank(next);
    return this.#flow === 0 && (code === 0x3f || code === 0x3a) && !isBlankOrEnd(next);
  }

  #fetchPlain(): void {
    this.#fetchKeyable(() => {
      const { scalar, brokeLine } = scanPlain(this.#cursor, this.#flow > 0, this.#indent + 1);
      if (brokeLine) this.#keyAllowed = true;
      return scalar;
    });
  }

  /** A token that may begin a key; none may begin right behind it. */
  #fetchKeyable(scan: () => Token): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#queue.push(scan());
  }

  #fetchPunctuation(mark: string, kind: TokenKind): void {
    if (mark === '[' || mark === '{') {
      this.#saveKey();
      this.#keys.open(this.#queue.nextNumber);
      if (++this.#flow > MAX_DEPTH) throw tooDeep(this.#cursor.pos);
      this.#keyAllowed = true;
    } else {
      this.#dropKey();
      if (this.#flow > 0) {
        this.#flow--;
        this.#keys.close();
      }
      this.#keyAllowed = false;
    }
    this.#push(kind, 1);
  }

  #fetchFlowEntry(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#push('flow-entry', 1);
  }

  #fetchDash(): void {
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw new YamlFault('A list item ("- ") cannot begin here.', this.#cursor.pos);
      this.#roll('block-sequence-start', this.#cursor.mark());
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#push('block-entry', 1);
  }

  #fetchKey(): void {
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw new YamlFault('A key ("? ") cannot begin here.', this.#cursor.pos);
      this.#roll('block-mapping-start', this.#cursor.mark());
    }
    this.#dropKey();
    this.#keyAllowed = this.#flow === 0;
    this.#push('key', 1);
  }

  #fetchValue(): void {
    const key = this.#keys.top;
    if (this.#isValid(key)) {
      this.#queue.insertAt(key.token, token('key', key.offset, key.offset));
      this.#roll('block-mapping-start', key, key.token);
      key.possible = false;
      key.awaited = false;
      this.#keyAllowed = false;
    } else {
      if (this.#flow === 0) {
        if (!this.#keyAllowed) {
          throw new YamlFault(
            'A ": " cannot stand here: the text before it is no key. Quote the value if it contains ": ".',
            this.#cursor.pos,
          );
        }
        this.#roll('block-mapping-start', this.#cursor.mark());
      }
      this.#keyAllowed = this.#flow === 0;
    }
    this.#push('value', 1);
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const sameLine = key.line >= this.#cursor.line;
    if (sameLine && this.#cursor.column - key.column <= MAX_SIMPLE_KEY) return true;
    if (key.required) throw missingColon(key);
    key.possible = false;
    return false;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const cursor = this.#cursor;
    const key = this.#keys.top;
    key.possible = true;
    key.token = this.#queue.nextNumber;
    key.offset = cursor.pos;
    key.line = cursor.line;
    key.column = cursor.column;
    key.required = this.#flow === 0 && this.#indent === key.column;
    key.awaited = true;
  }

  #dropKey(): void {
    const key = this.#keys.top;
    if (!key.possible) return;
    if (key.required) throw missingColon(key);
    key.possible = false;
    key.awaited = false;
  }

  /** A block begins at a deeper column. `number`: in front of which token; behind all of them when not given. */
  #roll(kind: TokenKind, mark: Mark, number = this.#queue.nextNumber): void {
    if (this.#flow > 0 || this.#indent >= mark.column) return;
    this.#indents.push(this.#indent);
    this.#indent = mark.column;
    if (this.#indents.length > MAX_DEPTH) throw tooDeep(mark.offset);
    this.#queue.insertAt(number, token(kind, mark.offset, mark.offset));
  }

  /** Blocks that are indented deeper than the column end here. */
  #unroll(column: number): void {
    if (this.#flow > 0) return;
    while (this.#indent > column) {
      this.#push('block-end', 0);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #leaveBlocks(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
  }

  #fetchEnd(): void {
    // What was begun on the last line cannot be a key any more, even if that line has no break.
    if (this.#cursor.column !== 0) this.#cursor.startLine();
    this.#leaveBlocks();
    this.#push('stream-end', 0);
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.skipMark();
      while (cursor.code() === 0x20 || (cursor.code() === 0x09 && (this.#flow > 0 || !this.#keyAllowed))) cursor.pos++;
      if (cursor.code() === 0x23) cursor.skipComments();
      if (!cursor.atBreak()) return;
      cursor.takeBreak();
      if (this.#flow === 0) this.#keyAllowed = true;
    }
  }
}
