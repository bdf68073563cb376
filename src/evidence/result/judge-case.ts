import { z } from 'zod';
import { withAdmission } from '../admission/stored-as-sent.ts';
import { type Finding, findingSchema, undecided } from '../findings/finding.ts';
import { besideOthers } from '../others/beside-others.ts';
import { type Bar, INCONCLUSIVE_CLASSES, OUTCOMES } from '../outcome.ts';
import type { Timeline } from '../timeline/question.ts';
import { combine, mostUrgent } from './combine.ts';

/** What a case came to. `outcome` is the behaviour's; `official` is there when the official bar asks for this case. */
export const caseResultSchema = z.object({
  outcome: z.enum(OUTCOMES),
  official: z.enum(OUTCOMES).exactOptional(),
  /** Only for inconclusive. */
  class: z.enum(INCONCLUSIVE_CLASSES).exactOptional(),
  /** The sentence that explains the outcome. */
  because: z.string(),
  remedy: z.string().exactOptional(),
  findings: z.array(findingSchema),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

/** The judging half of a case: all that is needed to compute its result from its timeline. */
export interface Judge {
  readonly id: string;
  readonly bar: Bar;
  judge(timeline: Timeline, params: unknown): readonly Finding[];
}

/**
 * The result of a case from its timeline: pure, so that anyone gets the same one. A judge that throws, says nothing, or cites
 * evidence that is not there is an error of ours and never a pass; an act that did not complete never passes.
 */
export function judgeCase(judge: Judge, timeline: Timeline): CaseResult {
  const notRun = resultOfNotRun(judge, timeline);
  if (notRun) return notRun;
  const findings = [...besideOthers(timeline, withAdmission(timeline, judged(judge, timeline))), ...cutOff(timeline)];
  const all = resultOf(findings);
  if (judge.bar !== 'official') return { ...all, findings };
  const official = resultOf(findings.filter((finding) => finding.bar !== 'behaviour')).outcome;
  return { ...all, official, findings };
}

/** Findings as they count: without the ones that only inform, and never nothing. */
function resultOf(findings: readonly Finding[]): Omit<CaseResult, 'findings' | 'official'> {
  const deciding = findings.filter((finding) => finding.outcome !== 'info');
  if (deciding.length === 0)
    return {
      outcome: 'inconclusive',
      class: 'ours',
      because: 'the judge found nothing that decides',
      remedy: REPORT_IT,
    };
  const outcome = combine(deciding.flatMap(({ outcome: one }) => (one === 'info' ? [] : [one])));
  const same = deciding.filter((finding) => finding.outcome === outcome);
  // What only follows from something else explains nothing, however urgent its class.
  const reasons = same.some((finding) => finding.follows !== true) ? same.filter(({ follows }) => !follows) : same;
  const why = mostUrgent(reasons.map((finding) => finding.class));
  const first = (outcome === 'inconclusive' && reasons.find((finding) => finding.class === why)) || same[0];
  const because =
    outcome === 'pass'
      ? same.map((finding) => finding.claim).join('; ')
      : `${first?.claim ?? ''}: ${first?.message ?? ''}`;
  return {
    outcome,
    because,
    ...(outcome === 'inconclusive' && why !== undefined ? { class: why } : {}),
    ...(outcome === 'pass' || first?.remedy === undefined ? {} : { remedy: first.remedy }),
  };
}

const REPORT_IT = "This is an error of plimsoll's own. Please report it with the case's timeline.";

function judged(judge: Judge, timeline: Timeline): readonly Finding[] {
  let findings: readonly Finding[];
  try {
    findings = judge.judge(timeline, timeline.params);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [undecided('ours', 'the timeline can be judged', `the judge threw: ${message}`, [], REPORT_IT)];
  }
  return findings.map((finding) => withEvidence(finding, timeline));
}

/** A pass without evidence, or with evidence that does not exist, is none. */
function withEvidence(finding: Finding, timeline: Timeline): Finding {
  const lost = finding.evidence.find((seq) => timeline.entry(seq) === undefined);
  if (lost !== undefined)
    return undecided(
      'ours',
      finding.claim,
      `the finding cites entry ${lost}, which the timeline does not have`,
      [],
      REPORT_IT,
    );
  if (finding.outcome === 'pass' && finding.evidence.length === 0)
    return undecided('ours', finding.claim, 'the finding passes without naming any evidence', [], REPORT_IT);
  return finding;
}

/** The finding that keeps an act which did not complete from passing. */
function cutOff(timeline: Timeline): readonly Finding[] {
  const { end } = timeline;
  const claim = 'the case ran to its end';
  if (end === undefined || timeline.truncated) {
    const message = timeline.truncated
      ? 'the last line of the timeline is not whole'
      : 'the timeline ends before the act did';
    return [undecided('interrupted', claim, `${message}: the program was killed`, [], 'Run again.')];
  }
  if (end.how === 'completed') return [];
  const message = end.message ?? 'the act was stopped';
  return [undecided(end.class ?? 'interrupted', claim, message, [end.seq], end.remedy)];
}

/** The plan decided before anything was done, and wrote down what. */
function resultOfNotRun(judge: Judge, timeline: Timeline): CaseResult | undefined {
  const { end } = timeline;
  if (end?.how !== 'not-run') return undefined;
  const outcome = end.outcome === 'not-applicable' ? 'not-applicable' : 'inconclusive';
  const because = end.message ?? 'it was not run';
  return {
    outcome,
    ...(judge.bar === 'official' ? { official: outcome } : {}),
    ...(outcome === 'inconclusive' ? { class: end.class ?? 'ours' } : {}),
    because,
    ...(end.remedy === undefined ? {} : { remedy: end.remedy }),
    findings: [],
  };
}
