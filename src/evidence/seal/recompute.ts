import { isDeepStrictEqual } from 'node:util';
import { PlimsollError } from '../../errors.ts';
import { exitCodeOf } from '../result/exit-code.ts';
import { type CaseResult, type Judge, judgeCase } from '../result/judge-case.ts';
import { verdicts } from '../result/verdict.ts';
import { inRun, RUN_FILES } from '../run/run-folder.ts';
import type { CaseReport, RunReport } from '../run/run-report.ts';
import type { Timeline } from '../timeline/question.ts';
import { readTimeline } from '../timeline/timeline-reader.ts';
import type { Discrepancy } from './discrepancy.ts';

/** Judges every timeline anew and compares with what the report says. */
export async function recompute(
  folder: string,
  report: RunReport,
  judges: readonly Judge[],
): Promise<{ cases: number; discrepancies: readonly Discrepancy[] }> {
  const discrepancies: Discrepancy[] = [];
  const results: (CaseReport & CaseResult)[] = [];
  for (const one of report.cases) {
    const judged = rejudge(folder, one, judges);
    if ('what' in judged) discrepancies.push(judged);
    else {
      results.push({ ...withoutResult(one), ...judged });
      discrepancies.push(...differences(one, judged));
    }
  }
  for (const requirement of report.requirements) {
    const own = results.filter((one) => requirement.cases.includes(one.id));
    // Where a timeline could not be judged, the verdict cannot be either; the case has been named already.
    if (own.length !== requirement.cases.length) continue;
    const { behaviour, official } = verdicts(own);
    if (!isDeepStrictEqual(behaviour, requirement.verdict))
      discrepancies.push(
        wrong(
          `says ${requirement.id}: ${requirement.verdict.outcome}; the timelines say ${behaviour.outcome} (${behaviour.because})`,
        ),
      );
    if (!isDeepStrictEqual(official, requirement.official))
      discrepancies.push(
        wrong(
          `says ${requirement.id} by the official bar: ${requirement.official?.outcome ?? 'none'}; the timelines say ${official?.outcome ?? 'none'}`,
        ),
      );
  }
  const code = exitCodeOf(report);
  if (code !== report.exitCode)
    discrepancies.push(wrong(`says exit code ${report.exitCode}, its own content gives ${code}`));
  return { cases: results.length, discrepancies };
}

function rejudge(folder: string, one: CaseReport, judges: readonly Judge[]): CaseResult | Discrepancy {
  const judge = judges.find((candidate) => candidate.id === one.case);
  if (judge === undefined)
    return { file: one.timeline, what: `cannot be judged: this version has no case ${one.case}` };
  let timeline: Timeline;
  try {
    timeline = readTimeline(inRun(folder, one.timeline));
  } catch (error) {
    if (error instanceof PlimsollError) return { file: one.timeline, what: error.message };
    return { file: one.timeline, what: `cannot be read: ${(error as Error).message}` };
  }
  const begin = timeline.entries[0];
  if (begin?.kind !== 'begin' || begin.case !== one.id)
    return {
      file: one.timeline,
      what: `is the timeline of ${begin?.kind === 'begin' ? begin.case : 'nothing'}, not of ${one.id}`,
    };
  return judgeCase(judge, timeline);
}

function withoutResult(one: CaseReport): CaseReport {
  const { class: _class, official: _official, remedy: _remedy, ...rest } = one;
  return rest;
}

function differences(one: CaseReport, judged: CaseResult): readonly Discrepancy[] {
  const told = (result: CaseResult): string =>
    `${result.outcome}${result.class === undefined ? '' : ` (${result.class})`}, official ${result.official ?? 'none'}`;
  const { outcome, official, class: why, because, remedy } = one;
  const reported = { outcome, official, class: why, because, remedy };
  const { findings, ...rest } = judged;
  const now = {
    outcome: rest.outcome,
    official: rest.official,
    class: rest.class,
    because: rest.because,
    remedy: rest.remedy,
  };
  if (!isDeepStrictEqual(reported, now))
    return [wrong(`says ${one.id}: ${told(one)}; its timeline says ${told(judged)}: ${judged.because}`)];
  const index = Math.max(
    findings.findIndex((finding, i) => !isDeepStrictEqual(finding, one.findings[i])),
    findings.length === one.findings.length ? -1 : Math.min(findings.length, one.findings.length),
  );
  return index < 0 ? [] : [wrong(`finding ${index + 1} of ${one.id} is not what its timeline gives`)];
}

function wrong(what: string): Discrepancy {
  return { file: RUN_FILES.report, what };
}
