import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { RunEvent, RunObserver } from '../../evidence/index.ts';
import { boardLines } from './board-lines.ts';
import { boardAfter, EMPTY_BOARD } from './board-state.ts';
import { type PlainLine, PlainLines } from './plain-lines.ts';
import { cutTo } from './printed-text.ts';

/** An observer that may have something on the screen; `close` leaves the screen tidy when a run ends without telling. */
export type Board = RunObserver & { readonly close: () => void };

const STYLES = { plain: undefined, good: 'green', bad: 'red', open: 'yellow', quiet: 'dim' } as const;
/** Where a board is shown: standard output or error. The size is missing where there is no terminal. */
export type Screen = Writable & { readonly columns?: number | undefined; readonly rows?: number | undefined };

/** Milliseconds between two drawings: often enough for seconds to pass one by one, rare enough to cost nothing. */
const TICK = 1000;
/** Several events at once are drawn once. */
const SOON = 80;

/**
 * Shows a run as it goes. On a terminal: a line for each running case with what it is waiting for and how long it may, redrawn in
 * place, above it what has ended. Elsewhere: a line for each change that is worth one. Verdicts and leftovers are left to the caller,
 * who has the whole report. It never throws and keeps no program from ending.
 */
export function boardObserver(stream: Screen, { isTerminal }: { isTerminal: boolean }): Board {
  return isTerminal ? liveBoard(stream) : plainBoard(stream);
}

function plainBoard(stream: Screen): Board {
  const lines = new PlainLines();
  const observe: RunObserver = (event) => {
    const line = lines.of(event);
    if (line !== undefined) stream.write(`${painted(line, stream)}\n`);
  };
  return Object.assign(observe, { close: () => {} });
}

function liveBoard(stream: Screen): Board {
  const update = createLogUpdate(stream, { showCursor: true });
  const lines = new PlainLines();
  let state = EMPTY_BOARD;
  let last = { t: 0, received: performance.now() };
  let soon: NodeJS.Timeout | undefined;
  let ended = false;

  const draw = (): void => {
    soon = undefined;
    if (ended) return;
    const t = last.t + (performance.now() - last.received);
    const { columns = 80, rows = 24 } = stream;
    update(boardLines(state, t, { columns, rows }).join('\n'));
  };
  const tick = setInterval(draw, TICK);
  tick.unref();
  const close = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(tick);
    clearTimeout(soon);
    update.clear();
    update.done();
  };
  const observe = (event: RunEvent): void => {
    state = boardAfter(state, event);
    last = { t: event.t, received: performance.now() };
    if (event.event === 'run-ended') {
      close();
      return;
    }
    if (ended) return;
    if (STAYS.has(event.event)) {
      const line = lines.of(event);
      if (line !== undefined) update.persist(painted({ ...line, text: shortened(event, line, stream) }, stream));
    }
    soon ??= setTimeout(draw, SOON).unref();
  };
  return Object.assign(observe, { close });
}

/** What stays on the screen above the board. */
const STAYS: ReadonlySet<RunEvent['event']> = new Set(['run-started', 'case-ended', 'warning', 'interrupted']);

/** The end of a case takes one line; what asks for somebody to act is never cut. */
function shortened(event: RunEvent, line: PlainLine, { columns = 80 }: Screen): string {
  return event.event === 'case-ended' ? cutTo(columns, line.text) : line.text;
}

function painted({ text, tone }: PlainLine, stream: Screen): string {
  const style = STYLES[tone];
  return style === undefined ? text : styleText(style, text, { stream });
}
