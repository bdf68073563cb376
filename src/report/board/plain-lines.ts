import { type RunEvent, showDuration } from '../../evidence/index.ts';
import { terminalLine } from '../../terminal-text.ts';
import { outcomeText, SIGNS } from '../outcome-words.ts';
import { printedText } from './printed-text.ts';

/** A wait whose reason keeps changing is told again after so long, milliseconds of the run. */
const AGAIN = 30_000;

/** A line to be printed, and how it is to be coloured. */
export interface PlainLine {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'open' | 'quiet';
}

/**
 * The changes of a run that are worth a line in a log: begin and end of each case, what it waits for (once for each wait, and again
 * when the reason changes later than 30 s after), marks, warnings. Verdicts and leftovers are the caller's, who has the whole report.
 */
export class PlainLines {
  readonly #told = new Map<string, { for: string; t: number }>();

  /** The line for an event; undefined when it is worth none. */
  of(event: RunEvent): PlainLine | undefined {
    const line = this.#line(event);
    // Names of cases have names of nodes in them.
    return line && { ...line, text: `${time(event.t)} ${terminalLine(line.text)}` };
  }

  #line(event: RunEvent): PlainLine | undefined {
    switch (event.event) {
      case 'run-started':
        return plain(
          `run ${event.run}: Kubernetes ${printedText(event.cluster.gitVersion)}, ${event.cluster.nodes} nodes, ${event.cases.length} cases${event.simulated ? ', simulated' : ''}; evidence in ${event.folder}`,
        );
      case 'case-started':
        return quiet(`${event.case}: begins`);
      case 'waiting':
        return this.#waiting(event);
      case 'mark':
        return quiet(`${event.case}: ${printedText(event.name)}`);
      case 'case-ended':
        return endLine(event);
      case 'warning':
        return { tone: 'open', text: printedText(`warning: ${event.message}. ${event.remedy}`) };
      case 'interrupted':
        return { tone: 'open', text: printedText(event.message) };
      case 'run-ended':
        return plain(`run ended after ${showDuration(event.ms)}, exit code ${event.exitCode}`);
      // The caller prints them at the end, whole.
      case 'verdict':
      case 'leftover':
      case 'case-queued':
      case 'stage':
      case 'wait-ended':
        return undefined;
    }
  }

  #waiting(event: Extract<RunEvent, { event: 'waiting' }>): PlainLine | undefined {
    const together = /^acted (together with .+)$/.exec(event.reason)?.[1];
    // It is told once, not at each stage; what the act waits for is told of the other case.
    if (together !== undefined)
      return event.for === 'act' ? quiet(`${event.case}: ${printedText(together)}`) : undefined;
    const told = this.#told.get(event.case);
    if (told?.for === event.for && event.t - told.t < AGAIN) return undefined;
    this.#told.set(event.case, { for: event.for, t: event.t });
    const reason = printedText(event.reason);
    return quiet(
      `${event.case}: waits up to ${showDuration(event.within)} for ${printedText(event.for)}${reason === '' ? '' : `: ${reason}`}`,
    );
  }
}

/** How a case ended, as a line without its time. */
export function endLine(event: Extract<RunEvent, { event: 'case-ended' }>): PlainLine {
  const { outcome, because, remedy } = event;
  // What passed needs no explanation; the report has it.
  const why = outcome === 'pass' ? '' : `: ${printedText(because)}`;
  const todo =
    outcome === 'pass' || remedy === undefined ? '' : `${/[.!?]$/.test(why) ? '' : '.'} ${printedText(remedy)}`;
  return {
    tone: toneOf(outcome),
    text: `${SIGNS[outcome]} ${outcomeText(event)} ${printedText(event.case)} (${showDuration(event.ms)})${why}${todo}`,
  };
}

function toneOf(outcome: 'pass' | 'fail' | 'inconclusive' | 'not-applicable'): PlainLine['tone'] {
  return ({ pass: 'good', fail: 'bad', inconclusive: 'open', 'not-applicable': 'plain' } as const)[outcome];
}

function plain(text: string): PlainLine {
  return { tone: 'plain', text };
}

function quiet(text: string): PlainLine {
  return { tone: 'quiet', text };
}

/** `+  12.3 s`, so wide that lines stay below each other for a quarter of an hour. */
function time(t: number): string {
  return `+${(t / 1000).toFixed(1).padStart(6)} s`;
}
