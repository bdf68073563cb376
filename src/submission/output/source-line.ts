import stringWidth from 'string-width';

/** A line of a file cut to a window around a column, and the blanks that put a caret under that column. */
export interface SourceLine {
  readonly text: string;
  readonly indent: string;
}

const BEFORE = 24;
/** UTF-16 units that one cell may take (accents, joined emoji); more are not looked at. */
const MOST_UNITS = 8;

/**
 * The line that a finding is about, at most `width` terminal cells wide. Undefined when there is nothing to see: an empty
 * line, or a place outside the text.
 * @param column counted from 1, in UTF-16 units
 */
export function sourceLine(line: string | undefined, column: number, width: number): SourceLine | undefined {
  if (line === undefined || line.trim() === '' || column > line.length + 1) return undefined;
  const blank = line.length - line.trimStart().length;
  const from = startOfWindow(line, column - 1, width, blank);
  // A line can be megabytes long; no more of it is looked at than could be shown.
  const shown = line.slice(0, Math.max(from, column - 1) + MOST_UNITS * width).replace(/\t/g, ' ');
  const head = from > blank ? '…' : '';
  const prefix = head + visible(shown.slice(from, column - 1));
  const text = head + visible(shown.slice(from).trimEnd());
  return { text: cutTo(text, width), indent: ' '.repeat(stringWidth(prefix)) };
}

/** The whole line (without its indentation) when it fits; else a window that begins a little before the column. */
function startOfWindow(line: string, at: number, width: number, blank: number): number {
  const start = Math.min(blank, at);
  if (at - start <= BEFORE) return start;
  const rest = line.slice(start, start + MOST_UNITS * width + 1);
  if (rest.length <= MOST_UNITS * width && stringWidth(rest) <= width) return start;
  const from = at - BEFORE;
  // Not between the two halves of one character.
  return /[\uDC00-\uDFFF]/.test(line[from] ?? '') ? from - 1 : from;
}

function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cells = 1;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    cells += stringWidth(segment);
    if (cells > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Control and invisible characters made visible: a file must not be able to steer the reader's terminal. */
export function visible(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `\\u{${code.toString(16)}}`;
  });
}
