import {
  evidenceNotWritten,
  inRun,
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
import type { RunContext } from './run-context.ts';

/** The log of a case: its timeline, begun. */
export function beginLog(context: RunContext, planned: Planned, namespace: string | undefined): CaseLog {
  const { clock, redact, folder, run, tool, events } = context;
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
  return {
    caseId: planned.id,
    timeline,
    t: () => clock.t(),
    tOf: (moment) => clock.tOf(moment),
    write: (entry) => void timeline.write(entry),
    event: (event) => events.emit(event),
  };
}

/** What the bench of a case works with. `stop` ends its requests; `recording` ends its watches, which live longer. */
export function openSession(
  context: RunContext,
  planned: Planned,
  log: CaseLog,
  stop: AbortSignal,
  recording: AbortSignal,
  releaseTokens: () => void,
): Session {
  const { run, cluster, resources, probe, ledger } = context;
  const recorder = new Recorder({
    cluster,
    signal: recording,
    write: (entry) => log.write(entry),
    tOf: (moment) => log.tOf(moment),
  });
  return {
    run,
    caseId: planned.id,
    caseLabel: labelValue(planned.id),
    probe,
    cluster: cluster.with({ signal: stop }),
    resources,
    signal: stop,
    declared: new Declared(planned.id, planned.needs),
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
