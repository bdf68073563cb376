import { PlimsollError } from '../../errors.ts';
import type { Leftover } from '../../evidence/index.ts';
import { cleanUp } from '../cleanup/clean-up.ts';
import type { RunContext } from './run-context.ts';

/**
 * Undoes what a case did. Always runs; never throws: what could not be undone is returned. `freed` is called when everything but the
 * namespaces is gone: the API server lets a namespace go only 5 s after its deletion was asked for, and nobody has to wait for that.
 */
export async function tearDown(
  context: RunContext,
  caseId: string,
  budget: number,
  freed: () => void,
): Promise<readonly Leftover[]> {
  const { cluster, run, ledger, events, abandon, clock } = context;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error('the budget of the teardown is used up')), budget);
  const since = clock.t();
  let last = '';
  try {
    return await cleanUp({
      cluster,
      run,
      pending: ledger.pending(caseId),
      signal: AbortSignal.any([over.signal, abandon]),
      abandon,
      freed,
      done: (entry) => {
        try {
          ledger.write(entry);
        } catch (error) {
          // What is undone is undone: a cleanup by this ledger would only look for it in vain.
          if (!(error instanceof PlimsollError)) throw error;
        }
      },
      progress: (reason) => {
        if (reason === last) return;
        last = reason;
        events.emit({ event: 'waiting', case: caseId, for: 'tear-down', reason, within: budget, since });
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return ledger.pending(caseId).objects.map((one) => ({
      ref: one.ref,
      case: caseId,
      finalizers: [],
      why: `cleaning up broke: ${message}`,
      remedy: 'Run `plimsoll cleanup`.',
    }));
  } finally {
    clearTimeout(timer);
  }
}
