import { showDuration } from '../../evidence/index.ts';
import { terminalLine } from '../../terminal-text.ts';
import type { BoardState, LiveCase } from './board-state.ts';
import { cutTo, printedText } from './printed-text.ts';

/** The moving part of the board: a line for each case that runs, what the others wait for, and how far the run is. */
export function boardLines(state: BoardState, t: number, size: { columns: number; rows: number }): readonly string[] {
  const live = [...state.live.values()];
  // Two lines below, and one that the terminal keeps for itself: a board higher than the terminal cannot be redrawn.
  const room = Math.max(1, size.rows - 4);
  const shown = live.slice(0, live.length > room ? room - 1 : room);
  const hidden = live.length - shown.length;
  return [
    ...shown.map((one) => liveLine(one, t)),
    ...(hidden === 0 ? [] : [`  and ${hidden} more cases`]),
    ...queuedLine(state),
    `${state.ended} of ${state.total} cases ended, ${clock(t)}`,
  ].map((line) => cutTo(size.columns, terminalLine(line)));
}

function liveLine(one: LiveCase, t: number): string {
  const { stage, waiting } = one;
  const name = stage?.name ?? 'begins';
  const time =
    stage === undefined ? clock(t - one.startedAt) : `${clock(t - stage.since)} of ${showDuration(stage.budget)}`;
  // The figures stand before the words: a narrow terminal cuts the end.
  const wait =
    waiting === undefined
      ? ''
      : `, waits ${clock(t - waiting.since)} of ${showDuration(waiting.within)}: ${printedText(waiting.for)}: ${printedText(waiting.reason)}`;
  return `> ${printedText(one.id)}  ${name} ${time}${wait}`;
}

function queuedLine({ queued }: BoardState): readonly string[] {
  const [later, waiting] = [[...queued.values()].filter(isEmpty), [...queued.values()].filter((one) => !isEmpty(one))];
  const cases = (count: number): string => `  ${count} ${count === 1 ? 'case' : 'cases'}`;
  const tokens = [...new Set(waiting.flat())].map(printedText).join(', ');
  return [
    ...(waiting.length === 0
      ? []
      : [`${cases(waiting.length)} ${waiting.length === 1 ? 'waits' : 'wait'} for ${tokens}`]),
    ...(later.length === 0 ? [] : [`${cases(later.length)} to begin, after those with longer waits`]),
  ];
}

function isEmpty(tokens: readonly string[]): boolean {
  return tokens.length === 0;
}

/** Whole seconds: a board that is drawn once a second has no tenths. */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}
