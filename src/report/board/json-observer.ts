import type { Writable } from 'node:stream';
import type { RunObserver } from '../../evidence/index.ts';
import { terminalJsonLine } from '../../terminal-text.ts';

/** Prints every event as a line of JSON, as events.jsonl has it (`--format json`). */
export function jsonObserver(stream: Writable): RunObserver {
  return (event) => {
    stream.write(terminalJsonLine(event));
  };
}
