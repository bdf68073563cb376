import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type ProcessIdentity, processIdentity } from '../state/process-identity.ts';

/** A box that did not come to its `up`. */
export class SetUpError extends Error {}

/**
 * Waits for what PID 1 of a box tells (box-script.ts): its process id, then `up`.
 * @throws SetUpError when it closes before, or has not said `up` within `withinMs` milliseconds
 */
export async function reportedInit(events: Readable, withinMs: number): Promise<ProcessIdentity> {
  // The reader is closed, not the stream destroyed: the lines of a destroyed stream never end.
  const deadline = AbortSignal.timeout(withinMs);
  let init: ProcessIdentity | undefined;
  for await (const line of createInterface({ input: events, signal: deadline })) {
    if (line.startsWith('init ')) init = processIdentity(Number(line.slice(5)));
    if (line === 'up' && init) return init;
  }
  if (!deadline.aborted) throw new SetUpError(init ? 'it closed before its set-up had ended' : 'it did not start');
  const within = `within ${withinMs / 1000} s`;
  throw new SetUpError(init ? `its set-up did not end ${within}` : `it did not start ${within}`);
}
