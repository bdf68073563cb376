import { PlimsollError } from '../../errors.ts';
import {
  type CaseReport,
  type CaseResult,
  exitCodeOf,
  inRun,
  judgeCase,
  type Leftover,
  type RequirementReport,
  type RunReport,
  readTimeline,
  timelineFile,
  verdicts,
} from '../../evidence/index.ts';
import { requirement } from '../../program/checklist.ts';
import type { Planned } from '../plan/planned.ts';
import type { CaseRun } from './run-case.ts';

/** The report of one case: its result is what its judge makes of the timeline as it lies on disk. */
export function caseReport(folder: string, ran: CaseRun): CaseReport {
  const { planned, startedAt, ms, leastWait, together } = ran;
  const { result, entries } = judged(folder, planned);
  return {
    ...describe(planned),
    ...result,
    timeline: timelineFile(planned.id),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(ms === undefined ? {} : { ms }),
    leastWait,
    ...(together.length === 0 ? {} : { actedWith: [...together] }),
    entries,
  };
}

function describe(planned: Planned): Pick<CaseReport, 'id' | 'case' | 'requirement' | 'title' | 'kind' | 'bar'> {
  const { case: one, id, variant, alternative } = planned;
  return {
    id,
    case: one.id,
    ...(variant === undefined ? {} : { variant }),
    ...(alternative === undefined ? {} : { alternative }),
    requirement: one.requirement,
    title: one.title,
    kind: one.kind,
    bar: one.bar,
  };
}

function judged(folder: string, planned: Planned): { result: CaseResult; entries: number } {
  try {
    const timeline = readTimeline(inRun(folder, timelineFile(planned.id)));
    return { result: judgeCase(planned.case, timeline), entries: timeline.entries.length };
  } catch (error) {
    const message = error instanceof PlimsollError ? error.message : `the timeline cannot be read: ${String(error)}`;
    return { result: { outcome: 'inconclusive', class: 'ours', because: message, findings: [] }, entries: 0 };
  }
}

/** The verdict of a requirement, as the checklist of that version has it; undefined when that version does not. */
export function requirementReport(
  version: string,
  id: string,
  cases: readonly CaseReport[],
): RequirementReport | undefined {
  const asked = requirement(version, id);
  if (asked === undefined) return undefined;
  const own = cases.filter((one) => one.requirement === id);
  const { behaviour, official } = verdicts(own);
  return {
    id,
    title: asked.title,
    level: asked.level,
    verdict: behaviour,
    ...(official === undefined ? {} : { official }),
    cases: own.map((one) => one.id),
  };
}

/** Puts the report together; the exit code follows from the rest. */
export function runReport(
  about: Omit<RunReport, 'schema' | 'tool' | 'exitCode' | 'leftovers'> & {
    version: string;
    leftovers: readonly Leftover[];
  },
): RunReport {
  const { version, leftovers, ...rest } = about;
  const report = {
    schema: 'plimsoll.dev/report/v1' as const,
    tool: { name: 'plimsoll' as const, version },
    ...rest,
    leftovers: [...leftovers],
  };
  return { ...report, exitCode: exitCodeOf(report) };
}
