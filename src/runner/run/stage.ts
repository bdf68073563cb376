import { interrupted, overBudget } from '../../case-kit/stop.ts';
import { showDuration } from '../../evidence/index.ts';

/**
 * Runs a stage of a case until it ends, its budget is used up, or the run is interrupted. `stop` is aborted in the last two cases, so
 * that everything under way ends too; the stage itself is not waited for any longer.
 */
export async function withinBudget<T>(
  stage: string,
  budget: number,
  interrupt: AbortSignal,
  stop: AbortController,
  work: () => Promise<T>,
): Promise<T> {
  const onInterrupt = (): void => stop.abort(interrupted());
  const timer = setTimeout(() => stop.abort(overBudget(stage, showDuration(budget))), budget);
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const onStop = (): void => stopped.reject(stop.signal.reason);
  stop.signal.addEventListener('abort', onStop, { once: true });
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    if (interrupt.aborted) onInterrupt();
    stop.signal.throwIfAborted();
    const running = work();
    // When the stage was stopped, what it still throws has been said already.
    running.catch(() => {});
    return await Promise.race([running, stopped.promise]);
  } finally {
    clearTimeout(timer);
    stop.signal.removeEventListener('abort', onStop);
    interrupt.removeEventListener('abort', onInterrupt);
  }
}
