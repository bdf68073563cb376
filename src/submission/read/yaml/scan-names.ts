import { type Cursor, isBlank, isBlankOrEnd, isBreak, isWord } from './cursor.ts';
import { type Token, token } from './token.ts';
import { YamlFault } from './yaml-fault.ts';

/** May follow an anchor's name: white space or one of these. */
const AFTER_ANCHOR = '?:,]}%@`';
/** What a tag may contain besides letters, digits, `_` and `-`. */
const URI_MARKS = new Set(Array.from(";/?:@&=+$,.!~*'()[]%", (mark) => mark.charCodeAt(0)));

const UTF8 = new TextDecoder();

function takeWord(cursor: Cursor): string {
  const from = cursor.pos;
  while (isWord(cursor.code())) cursor.pos++;
  return cursor.text.slice(from, cursor.pos);
}

/** `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, kind: 'anchor' | 'alias'): Token {
  const start = cursor.pos;
  cursor.pos++;
  const name = takeWord(cursor);
  const next = cursor.code();
  if (name === '' || !(isBlankOrEnd(next) || AFTER_ANCHOR.includes(String.fromCharCode(next)))) {
    throw new YamlFault(
      `${kind === 'alias' ? 'A "*" makes an alias' : 'A "&" makes an anchor'}, whose name must be letters, digits, "_" and "-"; quote the value if none is meant.`,
      start,
    );
  }
  return token(kind, start, cursor.pos, name);
}

/** `!suffix`, `!handle!suffix` or `!<verbatim>`. */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.pos;
  let handle = '';
  let suffix: string;
  if (cursor.code(1) === 0x3c) {
    cursor.pos += 2;
    suffix = takeUri(cursor, start, '');
    if (cursor.code() !== 0x3e) throw new YamlFault('A tag that begins with "!<" must end with ">".', start);
    cursor.pos++;
  } else {
    handle = takeHandle(cursor, start, false);
    if (handle.length > 1 && handle.endsWith('!')) {
      suffix = takeUri(cursor, start, '');
    } else {
      suffix = takeUri(cursor, start, handle);
      // A lone "!" is a tag of its own.
      if (suffix === '') [handle, suffix] = ['', '!'];
      else handle = '!';
    }
  }
  if (!isBlankOrEnd(cursor.code())) {
    throw new YamlFault('A tag ("!...") must be followed by white space; quote the value if no tag is meant.', start);
  }
  return token('tag', start, cursor.pos, handle, suffix);
}

function takeHandle(cursor: Cursor, start: number, directive: boolean): string {
  if (cursor.code() !== 0x21) throw new YamlFault('A tag handle must begin with "!".', start);
  cursor.pos++;
  let handle = `!${takeWord(cursor)}`;
  if (cursor.code() === 0x21) {
    cursor.pos++;
    handle += '!';
  } else if (directive && handle !== '!') {
    throw new YamlFault('The handle of a %TAG directive must end with "!".', start);
  }
  return handle;
}

/** `head` is what was read as a handle and belongs to the suffix; its "!" is not part of it. */
function takeUri(cursor: Cursor, start: number, head: string): string {
  let uri = head.slice(1);
  let found = head.length > 0;
  for (let code = cursor.code(); isWord(code) || URI_MARKS.has(code); code = cursor.code()) {
    found = true;
    if (code === 0x25) {
      uri += takeEscapes(cursor, start);
    } else {
      uri += String.fromCharCode(code);
      cursor.pos++;
    }
  }
  if (!found) throw new YamlFault('A tag is missing its name.', start);
  return uri;
}

/** The %-escapes of one UTF-8 character. */
function takeEscapes(cursor: Cursor, start: number): string {
  const octets: number[] = [];
  let width = 1;
  do {
    const written = cursor.text.slice(cursor.pos, cursor.pos + 3);
    if (!/^%[0-9a-fA-F]{2}$/.test(written)) {
      throw new YamlFault('A "%" in a tag must be followed by two hexadecimal digits.', start);
    }
    const octet = Number.parseInt(written.slice(1), 16);
    if (octets.length === 0)
      width = octet < 0x80 ? 1 : octet >> 5 === 6 ? 2 : octet >> 4 === 14 ? 3 : octet >> 3 === 30 ? 4 : 0;
    if (width === 0 || (octets.length > 0 && octet >> 6 !== 2)) {
      throw new YamlFault('The %-escapes in a tag are not UTF-8.', start);
    }
    octets.push(octet);
    cursor.pos += 3;
  } while (octets.length < width);
  return width === 1 ? String.fromCharCode(octets[0] ?? 0) : UTF8.decode(new Uint8Array(octets));
}

/** `%YAML 1.1` or `%TAG !handle! prefix`, with the rest of its line. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.pos;
  const bad = (why: string): never => {
    throw new YamlFault(
      `A line that begins with "%" is a YAML directive, and ${why}; quote the text if none is meant.`,
      start,
    );
  };
  cursor.pos++;
  const name = takeWord(cursor);
  if (name === '' || !isBlankOrEnd(cursor.code())) bad('its name must be YAML or TAG');
  let made: Token;
  if (name === 'YAML') {
    cursor.skipBlanks();
    const version = /^(\d{1,2})\.(\d{1,2})(?!\d)/.exec(cursor.text.slice(cursor.pos, cursor.pos + 6));
    if (!version) return bad('%YAML needs a version such as 1.1');
    cursor.pos += version[0].length;
    made = token('version-directive', start, cursor.pos, `${Number(version[1])}.${Number(version[2])}`);
  } else if (name === 'TAG') {
    cursor.skipBlanks();
    const handle = takeHandle(cursor, start, true);
    if (!isBlank(cursor.code())) bad('%TAG needs white space behind the handle');
    cursor.skipBlanks();
    const prefix = takeUri(cursor, start, '');
    if (!isBlankOrEnd(cursor.code())) bad('%TAG needs white space behind the prefix');
    made = token('tag-directive', start, cursor.pos, handle, prefix);
  } else {
    return bad(`"${name}" is not one (YAML and TAG are)`);
  }
  cursor.skipBlanks();
  if (cursor.code() === 0x23) cursor.skipToLineEnd();
  if (cursor.pos < cursor.end && !isBreak(cursor.code())) bad('it has something behind it');
  if (cursor.atBreak()) cursor.takeBreak();
  return made;
}
