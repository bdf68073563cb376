import { type CaseResult, type Judge, judgeCase } from '../result/judge-case.ts';
import type { Entry } from '../timeline/entry.ts';
import { parseTimeline } from '../timeline/timeline-reader.ts';

/** A script, or a timeline that was made from one. */
interface Scripted {
  readonly entries: readonly Entry[];
}

/**
 * What a run would report of a case whose act was recorded like this: the script is written and read as a timeline.jsonl is, and
 * `judgeCase` decides. A script that was not `completed()` is a run that was killed. `params`: what the plan gave the case, if the
 * script does not say.
 */
export function judged(judge: Judge, script: Scripted, params?: unknown): CaseResult {
  const entries = script.entries.map((entry) =>
    entry.kind === 'begin' && params !== undefined ? { ...entry, params } : entry,
  );
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return judgeCase(judge, parseTimeline(text, 'scripted timeline'));
}

/** The same in one line, as tests compare it (`lineOf`). */
export function resultOf(judge: Judge, script: Scripted, params?: unknown): string {
  return lineOf(judged(judge, script, params));
}

/**
 * A result in one line, with every finding that it rests on:
 *
 * ```
 * pass
 * fail: CLAIM: MESSAGE | CLAIM: MESSAGE
 * fail (official: pass): CLAIM: MESSAGE
 * inconclusive (capacity): CLAIM: MESSAGE
 * not-applicable: MESSAGE
 * ```
 */
export function lineOf(result: CaseResult): string {
  const { outcome, official = outcome, because, findings } = result;
  const notes = [result.class, official === outcome ? undefined : `official: ${official}`].filter(
    (note) => note !== undefined,
  );
  const head = notes.length === 0 ? outcome : `${outcome} (${notes.join(', ')})`;
  if (outcome === 'pass') return head;
  const why = findings
    .filter((finding) => finding.outcome === outcome)
    .map(({ claim, message }) => `${claim}: ${message}`);
  return `${head}: ${why.length === 0 ? because : why.join(' | ')}`;
}
