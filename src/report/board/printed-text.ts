import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { terminalLine } from '../../terminal-text.ts';

/** Text from a cluster as it may go to a terminal: in one line, without anything that a terminal would obey. */
export function printedText(text: string): string {
  return terminalLine(stripVTControlCharacters(text))
    .replaceAll(/[\s\uFFFD]+/g, ' ')
    .trim();
}

/** Cut to so many columns, with `…` where something is missing. */
export function cutTo(columns: number, text: string): string {
  if (stringWidth(text) <= columns) return text;
  let cut = '';
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
