/**
 * What a terminal would obey, or what makes text look other than it is: control characters of both sets (ESC, BEL, CSI), marks of
 * direction, characters without width, line and paragraph separators, tags. Everything that a cluster, a file or a page said goes through
 * here before it is printed.
 */
const OBEYED =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** One line: a break in it becomes a blank, so that nobody's words begin a line of ours; what a terminal would obey is shown as U+FFFD. */
export function terminalLine(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\t\v\f\u0085\u2028\u2029]/g, ' ').replaceAll(OBEYED, '\uFFFD');
}

/** The same for text of several lines, which keeps its breaks. */
export function terminalText(text: string): string {
  return text.split(/\r?\n/).map(terminalLine).join('\n');
}

/** JSON as it may go to a terminal: JSON, and escaped in it what `JSON.stringify` leaves as it is. */
export function terminalJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).split('\n').map(escaped).join('\n')}\n`;
}

/** The same in one line. */
export function terminalJsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`;
}

function escaped(json: string): string {
  return json.replaceAll(OBEYED, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
