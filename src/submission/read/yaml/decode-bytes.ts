/** A text decoded the way yaml.v3 reads its input, and where it would stop reading. */
export interface DecodedText {
  /** Without the byte order mark; bytes that are not valid are U+FFFD. */
  readonly text: string;
  /** The first thing that yaml.v3 refuses to read, if any. */
  readonly fault: ReadFault | undefined;
  /**
   * Length of the first block when a second byte order mark follows the first, else 0. As long as yaml.v3's buffer begins
   * with a mark, it takes the first character of every line for one.
   */
  readonly secondMarkReach: number;
}

export interface ReadFault {
  readonly message: string;
  /** Offset of the culprit in `text`. */
  readonly offset: number;
  /**
   * yaml.v3 decodes 512 bytes at a time and stops before the block with the culprit, so that a fault behind the first
   * document is often never noticed. Only the text before this offset is readable.
   */
  readonly readableUntil: number;
}

/** Size of yaml.v3's raw buffer in bytes. */
const BLOCK = 512;
/** Everything that YAML 1.1 and yaml.v3 do not allow in a stream, escaped or not at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Decodes a file: UTF-16 with a byte order mark, else UTF-8. */
export function decodeBytes(bytes: Uint8Array): DecodedText {
  const decoded = decodeAny(bytes);
  if (!decoded.text.startsWith('\ufeff')) return { ...decoded, secondMarkReach: 0 };
  const wide = bytes[0] !== 0xef;
  const reach = wide ? BLOCK / 2 - 1 : new TextDecoder().decode(bytes.subarray(3, BLOCK), { stream: true }).length + 1;
  return { ...decoded, secondMarkReach: reach };
}

type Decoded = Omit<DecodedText, 'secondMarkReach'>;

function decodeAny(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(mark));
    if (!FORBIDDEN.test(text)) return { text, fault: undefined };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return decodeFaultyUtf8(bytes, mark);
}

function decodeFaultyUtf8(bytes: Uint8Array, mark: number): Decoded {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = lenient.decode(bytes.subarray(mark));
  let blockStart = mark;
  let blockEnd = Math.min(BLOCK, bytes.length);
  for (let at = mark; at < bytes.length; ) {
    const width = utf8Width(bytes[at] ?? 0);
    if (width > 0 && at + width > blockEnd && blockEnd < bytes.length) {
      // An incomplete character is moved to the front of the next block.
      blockStart = at;
      blockEnd = Math.min(at + BLOCK, bytes.length);
      continue;
    }
    const message = utf8Fault(bytes, at, width);
    if (message) {
      const offset = lenient.decode(bytes.subarray(mark, at)).length;
      // What is cut off is only found out when the reader wants more.
      const cut = at + width > bytes.length;
      const readableUntil = cut ? offset : lenient.decode(bytes.subarray(mark, blockStart)).length;
      return { text, fault: { message, offset, readableUntil } };
    }
    at += width;
    if (at === blockEnd) {
      blockStart = at;
      blockEnd = Math.min(at + BLOCK, bytes.length);
    }
  }
  return { text, fault: undefined };
}

function utf8Width(lead: number): number {
  if (lead < 0x80) return 1;
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 0;
}

function utf8Fault(bytes: Uint8Array, at: number, width: number): string | undefined {
  if (width === 0) return 'a byte that cannot start a UTF-8 character';
  if (at + width > bytes.length) return 'a UTF-8 character that is cut off by the end of the file';
  try {
    const character = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + width));
    return FORBIDDEN.test(character) ? controlMessage(character.charCodeAt(0)) : undefined;
  } catch {
    return 'bytes that are not UTF-8';
  }
}

function controlMessage(code: number): string {
  return `a control character (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
}

function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Decoded {
  const body = bytes.subarray(2);
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(body);
  const units = Math.floor(body.length / 2);
  const fault = (message: string, offset: number): Decoded => {
    // Blocks of 512 bytes hold 256 units, the first one less by the mark.
    const readableUntil = Math.max(0, Math.floor((offset + 1) / (BLOCK / 2)) * (BLOCK / 2) - 1);
    return {
      text,
      fault: { message, offset, readableUntil: offset >= units ? offset : Math.min(readableUntil, offset) },
    };
  };
  const unit = (index: number): number => {
    const [first, second] = [body[2 * index] ?? 0, body[2 * index + 1] ?? 0];
    return encoding === 'utf-16le' ? first | (second << 8) : (first << 8) | second;
  };
  for (let index = 0; index < units; index++) {
    const code = unit(index);
    if ((code & 0xfc00) === 0xdc00) return fault('half of a UTF-16 surrogate pair', index);
    if ((code & 0xfc00) === 0xd800) {
      if (index + 1 >= units || (unit(index + 1) & 0xfc00) !== 0xdc00) {
        return fault('half of a UTF-16 surrogate pair', index);
      }
      index++;
    } else if (FORBIDDEN.test(String.fromCharCode(code))) {
      return fault(controlMessage(code), index);
    }
  }
  if (body.length % 2 === 1) return fault('a UTF-16 character that is cut off by the end of the file', units);
  return { text, fault: undefined };
}
