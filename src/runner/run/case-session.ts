import {
  evidenceNotWritten,
  inRun,
  type NewRunEvent,
  type Redact,
  type RunClock,
  TimelineWriter,
  timelineFile,
} from '../../evidence/index.ts';
import { labelValue } from '../labels.ts';
import type { CaseLog } from '../live/case-log.ts';
import { Declared } from '../live/declared.ts';
import { Recorder } from '../live/recorder.ts';
import type { Session } from '../live/session.ts';
import type { Planned } from '../plan/planned.ts';
import type { SharedAct } from '../plan/shared-acts.ts';
import type { RunContext } from './run-context.ts';

/**
 * The log of an act: the timeline of each case that it is for, begun. What happens is written to every one of them, so that each case's
 * evidence stands for itself.
 */
export function beginLog(
  context: RunContext,
  instances: readonly [Planned, ...Planned[]],
  namespace: string | undefined,
): CaseLog {
  const { clock, redact, folder, run, tool, events } = context;
  const timelines = instances.map((planned) => {
    const timeline = openTimeline(inRun(folder, timelineFile(planned.id)), clock, redact);
    timeline.write({
      kind: 'begin',
      run,
      case: planned.id,
      requirement: planned.case.requirement,
      params: planned.params,
      tool,
      ...(namespace === undefined ? {} : { namespace }),
    });
    return timeline;
  });
  return {
    caseId: instances[0].id,
    t: () => clock.t(),
    tOf: (moment) => clock.tOf(moment),
    write: (entry) => {
      for (const timeline of timelines) timeline.write(entry);
    },
    event: (event) => {
      for (const told of eventsOf(event, instances, clock)) events.emit(told);
    },
    close: () => {
      for (const timeline of timelines) timeline.close();
    },
  };
}

/** An event of the act for each of its cases; what it waits for is told once, of the first one, and the others point there. */
function eventsOf(
  event: NewRunEvent,
  [first, ...others]: readonly [Planned, ...Planned[]],
  clock: RunClock,
): readonly NewRunEvent[] {
  if (!('case' in event)) return [event];
  const own = { ...event, case: first.id };
  if (event.event === 'waiting' || event.event === 'wait-ended' || event.event === 'mark') return [own];
  return [
    own,
    ...others.flatMap(({ id }): NewRunEvent[] => {
      const told = { ...event, case: id };
      if (event.event !== 'stage') return [told];
      const since = clock.t();
      const shared = {
        event: 'waiting',
        case: id,
        for: event.stage,
        reason: `acted together with ${first.id}`,
      } as const;
      return [told, { ...shared, within: event.budget, since }];
    }),
  ];
}

/** What the bench of a case works with. `stop` ends its requests; `recording` ends its watches, which live longer. */
export function openSession(
  context: RunContext,
  act: SharedAct,
  log: CaseLog,
  stop: AbortSignal,
  recording: AbortSignal,
  releaseTokens: () => void,
): Session {
  const { run, cluster, resources, probe, priorityClass, ledger, budgetFactor } = context;
  const [{ id }] = act.instances;
  const recorder = new Recorder({
    cluster,
    signal: recording,
    write: (entry) => log.write(entry),
    tOf: (moment) => log.tOf(moment),
  });
  return {
    run,
    caseId: id,
    caseLabel: labelValue(id),
    probe,
    priorityClass,
    cluster: cluster.with({ signal: stop }),
    resources,
    signal: stop,
    declared: new Declared(id, act.needs),
    // Less time than a case asks for would make a fail of what is only slow.
    patience: Math.max(1, budgetFactor),
    recorder,
    ledger,
    log,
    namespaces: [],
    own: new Set(),
    underway: new Set(),
    releaseTokens,
    closed: false,
  };
}

function openTimeline(path: string, clock: RunClock, redact: Redact): TimelineWriter {
  try {
    return new TimelineWriter(path, clock, redact);
  } catch (error) {
    throw evidenceNotWritten(path, error);
  }
}
