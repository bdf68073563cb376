import { type Cursor, isBlank, isBlankOrEnd, isBreak } from './cursor.ts';
import { FoldedText } from './folded-text.ts';
import { scalarToken, type Token } from './token.ts';
import { YamlFault } from './yaml-fault.ts';

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Escapes of one letter. yaml.v3 knows no `\/`. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A scalar in single or double quotes. */
export function scanQuoted(cursor: Cursor, single: boolean): Token {
  const start = cursor.pos;
  const quote = single ? QUOTE : DOUBLE_QUOTE;
  const folded = new FoldedText();
  cursor.pos++;
  for (;;) {
    if (cursor.atDocumentIndicator()) {
      throw new YamlFault('A quoted value is still open where a line begins with "---" or "...".', start);
    }
    if (cursor.atEnd()) throw new YamlFault('A quoted value is not closed before the end of the file.', start);
    folded.join();
    takeText(cursor, folded, single, start);
    if (cursor.code() === quote) break;
    for (let code = cursor.code(); ; code = cursor.code()) {
      if (isBreak(code)) {
        folded.addBreak(cursor.takeBreak());
      } else if (isBlank(code)) {
        folded.addBlank(cursor.text.charAt(cursor.pos));
        cursor.pos++;
      } else {
        break;
      }
    }
  }
  cursor.pos++;
  return scalarToken(single ? 'single' : 'double', start, cursor.pos, folded.text);
}

/** Up to the closing quote, white space, the end, or an escaped line break. */
function takeText(cursor: Cursor, folded: FoldedText, single: boolean, start: number): void {
  let from = cursor.pos;
  const flush = (): void => {
    folded.text += cursor.text.slice(from, cursor.pos);
  };
  for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
    if (single && code === QUOTE) {
      if (cursor.code(1) !== QUOTE) break;
      cursor.pos++;
      flush();
      from = ++cursor.pos;
    } else if (!single && code === DOUBLE_QUOTE) {
      break;
    } else if (!single && code === BACKSLASH) {
      flush();
      cursor.pos++;
      if (cursor.atBreak()) {
        cursor.takeBreak();
        folded.escapeBreak();
        return;
      }
      folded.text += takeEscape(cursor, start);
      from = cursor.pos;
    } else {
      cursor.pos++;
    }
  }
  flush();
}

/** What stands behind the backslash. */
function takeEscape(cursor: Cursor, start: number): string {
  const letter = cursor.text.charAt(cursor.pos);
  const plain = ESCAPES[letter];
  if (plain !== undefined) {
    cursor.pos++;
    return plain;
  }
  const length = HEX_LENGTH[letter];
  if (length === undefined) {
    throw new YamlFault(
      `"\\${letter === '\0' ? '' : letter}" is no escape that may stand in double quotes; write "\\\\" for a backslash, or use single quotes.`,
      start,
    );
  }
  const digits = cursor.text.slice(cursor.pos + 1, cursor.pos + 1 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw new YamlFault(`"\\${letter}" in double quotes must be followed by ${length} hexadecimal digits.`, start);
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw new YamlFault(`"\\${letter}${digits}" is not a Unicode character.`, start);
  }
  cursor.pos += 1 + length;
  return String.fromCodePoint(code);
}
