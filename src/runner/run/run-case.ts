import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Duration, type Leftover, milliseconds } from '../../evidence/index.ts';
import { confirm } from '../live/confirm.ts';
import { LiveBench } from '../live/live-bench.ts';
import { makeNamespace } from '../live/namespaces.ts';
import type { Session } from '../live/session.ts';
import { interrupted } from '../live/stop.ts';
import { whyStopped } from '../live/why-stopped.ts';
import type { Planned } from '../plan/planned.ts';
import { leastWait } from '../plan/planned.ts';
import { beginLog, openSession } from './case-session.ts';
import type { RunContext } from './run-context.ts';
import { withinBudget } from './stage.ts';
import { tearDown } from './tear-down.ts';

const BUDGETS = { setUp: '2m', act: '10m', tearDown: '3m' } as const;
/** A watch that cannot be confirmed in so long stays unconfirmed. */
const CONFIRM_MS = 15_000;

/** How a case ran. Its result is not in here: that is what its timeline says. */
export interface CaseRun {
  readonly planned: Planned;
  readonly startedAt?: number;
  readonly ms?: { queued: number; setUp: number; act: number; tearDown: number; all: number };
  readonly leftovers: readonly Leftover[];
}

/** Runs one instance: waits for its tokens, sets up, acts, closes the timeline, tears down. Never throws. */
export async function runCase(context: RunContext, planned: Planned): Promise<CaseRun> {
  const { omitted } = planned;
  if (omitted !== undefined) {
    const log = beginLog(context, planned, undefined);
    log.write({ kind: 'end', how: 'not-run', ...omitted });
    log.timeline.close();
    return { planned, leftovers: [] };
  }
  const queued = context.clock.t();
  let giveBack: () => void;
  try {
    giveBack = await takeTokens(context, planned);
  } catch (error) {
    const log = beginLog(context, planned, undefined);
    log.write({ kind: 'end', how: 'aborted', ...whyStopped(context.interrupt.aborted ? interrupted() : error) });
    log.timeline.close();
    return { planned, leftovers: [] };
  }
  try {
    return await runWithTokens(context, planned, queued, giveBack);
  } finally {
    giveBack();
  }
}

async function takeTokens({ tokens, events, interrupt }: RunContext, planned: Planned): Promise<() => void> {
  const wanted = Object.fromEntries(
    Object.entries(planned.needs.tokens ?? {}).map(([token, amount]) => [token, amount ?? 1]),
  );
  const taken = tokens.take(wanted, leastWait(planned), interrupt);
  const names = Object.keys(wanted);
  if (names.length > 0) {
    let waits = true;
    void taken.then(
      () => {
        waits = false;
      },
      () => {},
    );
    await nextTurn();
    if (waits) events.emit({ event: 'case-queued', case: planned.id, tokens: names });
  }
  return taken;
}

async function runWithTokens(
  context: RunContext,
  planned: Planned,
  queued: number,
  freed: () => void,
): Promise<CaseRun> {
  const { clock, events, run } = context;
  const { id } = planned;
  const startedAt = clock.t();
  const namespace = `plimsoll-${run}-${context.nextNumber()}`;
  events.emit({ event: 'case-started', case: id });
  const log = beginLog(context, planned, namespace);
  const stop = new AbortController();
  const recording = new AbortController();
  const session = openSession(context, planned, log, stop.signal, recording.signal, freed);

  let acted: number | undefined;
  const stage = async (name: 'set-up' | 'act', budget: number, work: () => Promise<void>): Promise<void> => {
    events.emit({ event: 'stage', case: id, stage: name, budget });
    await withinBudget(name, budget, context.interrupt, stop, work);
  };
  const budget = (of: keyof typeof BUDGETS): number => budgetOf(context, planned.case.budget?.[of] ?? BUDGETS[of]);
  let thrown: { error: unknown } | undefined;
  try {
    await stage('set-up', budget('setUp'), () => setUp(session, planned, namespace));
    acted = clock.t();
    await stage('act', budget('act'), () => planned.case.act(new LiveBench(session), planned.params));
  } catch (error) {
    thrown = { error };
  }
  await closeTimeline(context, session, stop, recording, thrown);

  const tearingDown = clock.t();
  events.emit({ event: 'stage', case: id, stage: 'tear-down', budget: budget('tearDown') });
  const leftovers = await tearDown(context, id, budget('tearDown'), freed);
  const end = clock.t();
  const ms = {
    queued: startedAt - queued,
    setUp: (acted ?? tearingDown) - startedAt,
    act: tearingDown - (acted ?? tearingDown),
    tearDown: end - tearingDown,
    all: end - startedAt,
  };
  return { planned, startedAt, ms, leftovers };
}

function budgetOf({ budgetFactor }: RunContext, budget: Duration): number {
  return milliseconds(budget) * budgetFactor;
}

async function setUp(session: Session, planned: Planned, namespace: string): Promise<void> {
  const { podSecurity } = planned.needs;
  await makeNamespace(session, namespace, podSecurity === undefined ? {} : { podSecurity: podSecurity.level });
}

/** Ends everything that the act left running, has the watches confirmed, and writes how the act ended: the last entry. */
async function closeTimeline(
  context: RunContext,
  session: Session,
  stop: AbortController,
  recording: AbortController,
  thrown: { error: unknown } | undefined,
): Promise<void> {
  const { log, recorder } = session;
  session.closed = true;
  stop.abort(new Error('the act has ended'));
  // A write that is under way is waited for, so that the ledger knows what came of it before the teardown reads it.
  await Promise.allSettled(session.underway);
  await nextTurn();
  try {
    if (!context.interrupt.aborted) {
      const cluster = context.cluster.with({
        signal: AbortSignal.any([context.interrupt, AbortSignal.timeout(CONFIRM_MS)]),
      });
      // One that failed to be confirmed shows in the timeline as just that.
      await Promise.allSettled(
        recorder.records().map((record) => confirm(record, recorder, cluster, { replay: false })),
      );
    }
    await recorder.close();
    recording.abort(new Error('the act has ended'));
    log.write({
      kind: 'end',
      ...(thrown === undefined ? { how: 'completed' } : { how: 'aborted', ...whyStopped(thrown.error) }),
    });
  } catch (error) {
    // The timeline cannot be written: it stays without an end, and so cannot pass.
    const message = error instanceof Error ? error.message : String(error);
    log.event({
      event: 'warning',
      message: `${log.caseId}: ${message}`,
      remedy: 'Its timeline is cut off; run it again.',
    });
  } finally {
    log.timeline.close();
  }
}
