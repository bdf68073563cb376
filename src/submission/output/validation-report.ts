import type { Severity } from '../finding.ts';
import type { Judgement } from '../judge.ts';
import type { Profile, RuleFacts } from '../rule.ts';

/** One judged submission with its text, so that an output can show the line that a finding is about. */
export interface JudgedSubmission extends Judgement {
  readonly text: string;
}

/** Everything that an output may print. Submissions are sorted by path, findings by place (see `judge`). */
export interface ValidationReport {
  readonly profile: Profile;
  /** Version of the tool. */
  readonly version: string;
  readonly submissions: readonly JudgedSubmission[];
  /** Facts of the rules, for outputs that carry a table of rules. */
  readonly rules: readonly RuleFacts[];
}

export type Count = Readonly<Record<Severity, number>>;

export function countFindings(submissions: readonly Judgement[]): Count {
  const count = { error: 0, warning: 0, info: 0 };
  for (const { findings } of submissions) for (const { severity } of findings) count[severity] += 1;
  return count;
}

/** `2 errors, 1 warning`; kinds that do not occur are left out, and nothing at all is `no findings`. */
export function inWords({ error, warning, info }: Count): string {
  const parts = [
    error > 0 ? `${error} error${error === 1 ? '' : 's'}` : '',
    warning > 0 ? `${warning} warning${warning === 1 ? '' : 's'}` : '',
    info > 0 ? `${info} info` : '',
  ];
  return parts.filter(Boolean).join(', ') || 'no findings';
}

/** A sentence about what was not checked, and for how many of the submissions it is true. */
export interface NotChecked {
  readonly sentence: string;
  readonly submissions: number;
}

/** All that was not checked, each sentence once, in the order of its first submission. */
export function notCheckedOf(submissions: readonly Judgement[]): readonly NotChecked[] {
  const times = new Map<string, number>();
  for (const { notChecked } of submissions) {
    for (const sentence of new Set(notChecked)) times.set(sentence, (times.get(sentence) ?? 0) + 1);
  }
  return [...times].map(([sentence, count]) => ({ sentence, submissions: count }));
}
