import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Needs } from '../../case-kit/needs.ts';
import { interrupted } from '../../case-kit/stop.ts';
import { type Duration, type Leftover, milliseconds } from '../../evidence/index.ts';
import { RUN_LABEL } from '../labels.ts';
import { confirm } from '../live/confirm.ts';
import { LiveBench } from '../live/live-bench.ts';
import { makeNamespace } from '../live/namespaces.ts';
import type { Session } from '../live/session.ts';
import { whyStopped } from '../live/why-stopped.ts';
import { openWatches } from '../live/writes.ts';
import { type Planned, rankOf } from '../plan/planned.ts';
import type { SharedAct } from '../plan/shared-acts.ts';
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
  /** Required wait of the act, milliseconds. */
  readonly leastWait: number;
  /** Ids of the other instances that were acted with it. */
  readonly together: readonly string[];
  /** Tokens that it held, and when (milliseconds since the run began) it had given them back. */
  readonly tokens: readonly string[];
  readonly freedAt?: number;
  readonly leftovers: readonly Leftover[];
}

type ActRun = Omit<CaseRun, 'planned' | 'together' | 'tokens' | 'leastWait'>;

/** Runs an act for every instance that it is for, beginning `delay` milliseconds from now. Never throws. */
export async function runAct(context: RunContext, act: SharedAct, delay: number): Promise<readonly CaseRun[]> {
  const ran = await runOnce(context, act, delay);
  const ids = act.instances.map(({ id }) => id);
  const tokens = act.instances[0].omitted === undefined ? Object.keys(act.needs.tokens ?? {}) : [];
  return act.instances.map((planned, index) => ({
    ...ran,
    planned,
    leastWait: act.leastWait,
    together: ids.filter((id) => id !== planned.id),
    tokens,
    // They are the act's: named once.
    leftovers: index === 0 ? ran.leftovers : [],
  }));
}

/** Waits for its time and the tokens, sets up, acts, closes the timelines, tears down. */
async function runOnce(context: RunContext, act: SharedAct, delay: number): Promise<ActRun> {
  const { omitted } = act.instances[0];
  if (omitted !== undefined) {
    const log = beginLog(context, act.instances, undefined);
    log.write({ kind: 'end', how: 'not-run', ...omitted });
    log.close();
    return { leftovers: [] };
  }
  let queued = context.clock.t();
  let giveBack: () => void;
  try {
    await heldBack(context, act, delay);
    queued = context.clock.t();
    giveBack = await takeTokens(context, act);
  } catch (error) {
    const log = beginLog(context, act.instances, undefined);
    log.write({ kind: 'end', how: 'aborted', ...whyStopped(context.interrupt.aborted ? interrupted() : error) });
    log.close();
    return { leftovers: [] };
  }
  let freedAt: number | undefined;
  const freed = (): void => {
    freedAt ??= context.clock.t();
    giveBack();
  };
  try {
    const ran = await runWithTokens(context, act, queued, freed);
    return freedAt === undefined ? ran : { ...ran, freedAt };
  } finally {
    freed();
  }
}

async function heldBack({ events, interrupt }: RunContext, act: SharedAct, delay: number): Promise<void> {
  if (delay === 0) return;
  for (const { id } of act.instances) events.emit({ event: 'case-queued', case: id, tokens: [] });
  await pause(delay, undefined, { signal: interrupt });
}

async function takeTokens({ tokens, events, interrupt }: RunContext, act: SharedAct): Promise<() => void> {
  const wanted = Object.fromEntries(
    Object.entries(act.needs.tokens ?? {}).map(([token, amount]) => [token, amount ?? 1]),
  );
  const taken = tokens.take(wanted, Math.max(...act.instances.map(rankOf)), interrupt);
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
    if (waits) for (const { id } of act.instances) events.emit({ event: 'case-queued', case: id, tokens: names });
  }
  return taken;
}

async function runWithTokens(context: RunContext, act: SharedAct, queued: number, freed: () => void): Promise<ActRun> {
  const { clock, run } = context;
  const { instances, needs } = act;
  const [{ id, case: one, params }] = instances;
  const startedAt = clock.t();
  const namespace = `plimsoll-${run}-${context.nextNumber()}`;
  const log = beginLog(context, instances, namespace);
  log.event({ event: 'case-started', case: id });
  const stop = new AbortController();
  const recording = new AbortController();
  const session = openSession(context, act, log, stop.signal, recording.signal, freed);

  let acted: number | undefined;
  const stage = async (name: 'set-up' | 'act', budget: number, work: () => Promise<void>): Promise<void> => {
    log.event({ event: 'stage', case: id, stage: name, budget });
    await withinBudget(name, budget, context.interrupt, stop, work);
  };
  const budget = (of: keyof typeof BUDGETS): number =>
    Math.max(...instances.map((planned) => budgetOf(context, planned.case.budget?.[of] ?? BUDGETS[of])));
  const asked = new Set(instances.map((planned) => planned.case.id));
  let thrown: { error: unknown } | undefined;
  try {
    await stage('set-up', budget('setUp'), () => setUp(session, needs, namespace));
    acted = clock.t();
    await stage('act', budget('act'), () => one.act(new LiveBench(session), params, asked));
  } catch (error) {
    thrown = { error };
  }
  await closeTimeline(context, session, stop, recording, thrown);

  const tearingDown = clock.t();
  log.event({ event: 'stage', case: id, stage: 'tear-down', budget: budget('tearDown') });
  const leftovers = await tearDown(context, id, budget('tearDown'), freed);
  const end = clock.t();
  const ms = {
    queued: startedAt - queued,
    setUp: (acted ?? tearingDown) - startedAt,
    act: tearingDown - (acted ?? tearingDown),
    tearDown: end - tearingDown,
    all: end - startedAt,
  };
  return { startedAt, ms, leftovers };
}

function budgetOf({ budgetFactor }: RunContext, budget: Duration): number {
  return milliseconds(budget) * budgetFactor;
}

async function setUp(session: Session, { podSecurity, creates = [] }: Needs, namespace: string): Promise<void> {
  await makeNamespace(session, namespace, podSecurity === undefined ? {} : { podSecurity: podSecurity.level });
  // Whoever else is at work meanwhile, also a run that begins later, is in the evidence (`evidence/others`).
  await session.recorder.observe({ of: 'v1/Namespace', labels: `${RUN_LABEL},${RUN_LABEL}!=${session.run}` });
  openWatches(session, creates);
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
    log.close();
  }
}
