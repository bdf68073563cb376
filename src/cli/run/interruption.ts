import { atWork } from '../at-work.ts';

/** Signals for a run: the first Ctrl-C (or SIGTERM, or a closed terminal) stops and tears down, the second stops at once. */
export function interruption(): { interrupt: AbortSignal; abandon: AbortSignal; release: () => void } {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => {
    if (first.signal.aborted) second.abort(new Error('interrupted twice'));
    else first.abort(new Error('interrupted'));
  };
  // However many errors follow one another: only a person stops the teardown.
  const done = atWork(() => first.abort(new Error('stopped by an error')));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    interrupt: first.signal,
    abandon: second.signal,
    release: () => {
      done();
      for (const signal of signals) process.removeListener(signal, onSignal);
    },
  };
}
