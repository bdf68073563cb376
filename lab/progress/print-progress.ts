import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Progress } from './progress.ts';

/** Where progress goes: normally process.stderr. */
export type ProgressStream = NodeJS.WriteStream;

/** Without a terminal, a step that takes longer than this is announced before its end, so that nothing seems to hang. */
const ANNOUNCE_MS = 2_000;
const REDRAW_MS = 100;

interface Running {
  readonly text: string;
  readonly began: number;
}

/**
 * Prints one line for each step, with its seconds, when it is done. On a terminal the steps under way stand below, with
 * their seconds running; elsewhere there are plain lines only.
 */
export function printProgress(stream: ProgressStream = process.stderr): Progress {
  const board = stream.isTTY && process.env['TERM'] !== 'dumb' ? new Board(stream) : undefined;
  const print = (line: string): void => {
    if (board) board.above(line);
    else stream.write(`${line}\n`);
  };
  return {
    note: (text) => print(`${mark('yellow', '!', stream)} ${text}`),
    step(text) {
      const running: Running = { text, began: performance.now() };
      board?.add(running);
      const announce = board ? undefined : setTimeout(() => print(`… ${text}`), ANNOUNCE_MS).unref();
      return (outcome) => {
        clearTimeout(announce);
        board?.remove(running);
        const rest = outcome ? `: ${outcome}` : '';
        print(`${mark('green', '✓', stream)} ${text}${rest} ${seconds(running)}`);
      };
    },
  };
}

/** The lines under way at the foot of a terminal. */
class Board {
  private readonly running: Running[] = [];
  private readonly draw: ReturnType<typeof createLogUpdate>;
  private readonly stream: ProgressStream;
  private timer: NodeJS.Timeout | undefined;

  constructor(stream: ProgressStream) {
    this.stream = stream;
    this.draw = createLogUpdate(stream);
  }

  add(running: Running): void {
    this.running.push(running);
    this.timer ??= setInterval(() => this.redraw(), REDRAW_MS).unref();
    this.redraw();
  }

  remove(running: Running): void {
    this.running.splice(this.running.indexOf(running), 1);
    if (this.running.length > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  above(line: string): void {
    this.draw.clear();
    this.stream.write(`${line}\n`);
    this.redraw();
  }

  private redraw(): void {
    if (this.running.length === 0) this.draw.clear();
    else
      this.draw(this.running.map((one) => `${mark('cyan', '·', this.stream)} ${one.text} ${seconds(one)}`).join('\n'));
  }
}

function mark(colour: 'green' | 'yellow' | 'cyan', sign: string, stream: ProgressStream): string {
  return styleText(colour, sign, { stream });
}

function seconds({ began }: Running): string {
  return `(${((performance.now() - began) / 1000).toFixed(1)} s)`;
}
