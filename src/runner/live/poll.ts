import { setTimeout as delay } from 'node:timers/promises';
import type { UntilOptions } from '../../case-kit/bench.ts';
import { type Duration, milliseconds } from '../../evidence/index.ts';
import type { Session } from './session.ts';
import { waitUntil } from './wait.ts';

/**
 * Asks again and again until `look` answers true or time is up (`Bench.poll`). The next try comes `every` after the last one ended; what
 * `look` throws ends the wait.
 */
export async function pollUntil(
  session: Session,
  what: string,
  look: () => Promise<true | string>,
  options: UntilOptions & { every: Duration },
): Promise<boolean> {
  const { recorder, signal } = session;
  const every = milliseconds(options.every);
  const over = new AbortController();
  let answer: true | string = 'not asked yet';
  let failure: unknown;
  const asking = (async () => {
    while (!over.signal.aborted && answer !== true) {
      answer = await look();
      recorder.poke();
      if (answer !== true) await delay(every, undefined, { signal: AbortSignal.any([over.signal, signal]) });
    }
  })().catch((error: unknown) => {
    if (over.signal.aborted) return;
    failure = error;
    recorder.poke();
  });
  try {
    const current = (): true | string => {
      if (failure !== undefined) throw failure;
      return answer;
    };
    return await waitUntil(session, { target: { of: 'poll', name: what }, name: what, look: current }, options);
  } finally {
    over.abort();
    await asking;
  }
}
