import { type Cursor, isBlank, isBlankOrEnd, isBreak } from './cursor.ts';
import { FoldedText } from './folded-text.ts';
import { scalarToken, type Token } from './token.ts';
import { YamlFault } from './yaml-fault.ts';

/** End a plain scalar inside `[]` and `{}`; yaml.v3 has `?` among them, so that a URL with a query needs quotes there. */
const FLOW_MARKS = new Set(Array.from(',?[]{}', (mark) => mark.charCodeAt(0)));

/** Used again for every scalar: there is never more than one at work. */
const scratch = new FoldedText();

/**
 * A scalar without quotes. `indent` is the least column of its continuation lines in a block.
 * `brokeLine`: it was followed by a line break, so that a key may come next.
 */
export function scanPlain(cursor: Cursor, flow: boolean, indent: number): { scalar: Token; brokeLine: boolean } {
  const start = cursor.pos;
  const folded = scratch.reset();
  let end = cursor.pos;
  for (;;) {
    if (cursor.atDocumentIndicator() || cursor.code() === 0x23) break;
    const from = cursor.pos;
    skipRun(cursor, flow);
    if (cursor.pos > from) {
      folded.append(cursor.text.slice(from, cursor.pos));
      end = cursor.pos;
    }
    if (!isBlank(cursor.code()) && !cursor.atBreak()) break;
    takeWhiteSpace(cursor, folded, indent, start);
    if (!flow && cursor.column < indent) break;
  }
  const scalar = scalarToken('plain', start, end, folded.text);
  return { scalar, brokeLine: folded.brokeLine };
}

function skipRun(cursor: Cursor, flow: boolean): void {
  for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
    if (code === 0x3a && isBlankOrEnd(cursor.code(1))) return;
    if (flow && FLOW_MARKS.has(code)) return;
    cursor.pos++;
  }
}

function takeWhiteSpace(cursor: Cursor, folded: FoldedText, indent: number, start: number): void {
  for (;;) {
    const code = cursor.code();
    if (isBreak(code)) {
      folded.addBreak(cursor.takeBreak());
    } else if (isBlank(code)) {
      if (folded.brokeLine && code === 0x09 && cursor.column < indent) {
        throw new YamlFault('A value without quotes goes on in a line that is indented with a tab; use spaces.', start);
      }
      folded.addBlank(cursor.text.charAt(cursor.pos));
      cursor.pos++;
    } else {
      return;
    }
  }
}
