/** A JSON object that stands by itself, or an element of a list. */
export interface JsonItem {
  readonly text: string;
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  /** Element of a list (`items`, or an array): its list's own fields follow as an item of their own, without `items`. */
  readonly inList: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const NEWLINE = 0x0a;
/** What `kubectl cluster-info dump` writes around the logs between its lists. */
const [LOGS_BEGIN, LOGS_END] = ['==== START logs', '==== END logs'];

/**
 * Cuts JSON into objects as it comes: one value, several one after another, or lists, whose elements are given out one by one, so that
 * a list of any length is never in memory as a whole. The text of an item is not looked at: it may still be no JSON.
 */
export class JsonItems {
  readonly #take: (item: JsonItem) => void;
  /** How deep in braces and brackets, and how deep the items are (undefined: not in a list). */
  #depth = 0;
  #itemDepth: number | undefined;
  #inString = false;
  #escaped = false;
  #line = 1;
  /** Bytes of the top-level value without its items, and of the item at hand. */
  #outer: Buffer[] = [];
  #item: Buffer[] | undefined;
  #outerLine = 1;
  #itemLine = 1;
  /** The last string at the top of an object: a key if a colon follows. */
  #word = '';
  #key = '';
  /** The line at hand between two values. */
  #between = '';
  #inLogs = false;
  /** Between two values stood a line that looks like a field of YAML. */
  sawFields = false;

  constructor(take: (item: JsonItem) => void) {
    this.#take = take;
  }

  write(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.#inString) {
        at = this.#endOfString(chunk, at);
        if (at >= chunk.length) break;
        continue;
      }
      const byte = chunk[at] as number;
      if (byte === NEWLINE) this.#line += 1;
      if (this.#depth === 0 && !this.#begins(byte)) continue;
      switch (byte) {
        case QUOTE:
          this.#inString = true;
          if (this.#depth === 1) this.#word = '';
          break;
        case COLON:
          if (this.#depth === 1) this.#key = this.#word;
          break;
        case OPEN:
        case OPEN_LIST:
          if (this.#depth === 0) {
            from = at;
            this.#outerLine = this.#line;
            this.#key = byte === OPEN_LIST ? 'items' : '';
          }
          if (byte === OPEN_LIST && this.#key === 'items' && this.#depth <= 1 && this.#itemDepth === undefined)
            this.#itemDepth = this.#depth + 1;
          else if (byte === OPEN && this.#depth === this.#itemDepth && this.#item === undefined) {
            this.#outer.push(chunk.subarray(from, at));
            from = at;
            this.#item = [];
            this.#itemLine = this.#line;
          }
          this.#depth += 1;
          break;
        case CLOSE:
        case CLOSE_LIST:
          this.#depth -= 1;
          if (this.#item !== undefined && this.#depth === this.#itemDepth) {
            this.#item.push(chunk.subarray(from, at + 1));
            this.#give(this.#item, this.#itemLine, true);
            this.#item = undefined;
            from = at + 1;
          } else if (this.#itemDepth !== undefined && this.#depth < this.#itemDepth) this.#itemDepth = undefined;
          if (this.#depth === 0) {
            this.#outer.push(chunk.subarray(from, at + 1));
            this.#give(this.#outer, this.#outerLine, false);
            this.#outer = [];
            from = at + 1;
          }
          break;
        default:
      }
    }
    if (this.#depth > 0 && from < chunk.length) (this.#item ?? this.#outer).push(Buffer.from(chunk.subarray(from)));
  }

  /** The text of a list before its elements. */
  listSoFar(): string {
    return Buffer.concat(this.#outer.slice(0, 2)).toString('utf8', 0, 1024);
  }

  /** The line on which a value begins that the end of the file cuts off. */
  end(): number | undefined {
    if (this.#depth === 0) return undefined;
    return this.#item === undefined ? this.#outerLine : this.#itemLine;
  }

  /** Place of the quote that ends the string, or the chunk's length. */
  #endOfString(chunk: Buffer, from: number): number {
    let at = from;
    let escaped = this.#escaped;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) break;
    }
    this.#escaped = escaped;
    this.#inString = at >= chunk.length;
    if (this.#depth === 1 && at - from < 16) this.#word += chunk.toString('latin1', from, at);
    return at;
  }

  /** Between two values: does one begin here? Lines of logs are passed over, whatever they look like. */
  #begins(byte: number): boolean {
    if (byte === NEWLINE) {
      if (this.#between.startsWith(LOGS_BEGIN)) this.#inLogs = true;
      else if (this.#between.startsWith(LOGS_END)) this.#inLogs = false;
      else if (!this.#inLogs && /^[A-Za-z]\w*:( |$)/.test(this.#between)) this.sawFields = true;
      this.#between = '';
      return false;
    }
    if (!this.#inLogs && this.#between.trim() === '' && (byte === OPEN || byte === OPEN_LIST)) {
      this.#between = '';
      return true;
    }
    if (this.#between.length < 32) this.#between += String.fromCharCode(byte);
    return false;
  }

  #give(parts: readonly Buffer[], line: number, inList: boolean): void {
    const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const text = bytes.toString('utf8');
    // Between the elements of a list its commas are left.
    this.#take({ text: inList ? text : text.replace(/(^|"items"\s*:\s*)\[[\s,]*\]/, '$1[]'), line, inList });
  }
}
