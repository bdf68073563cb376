import { type CaseResult, type Judge, judgeCase } from '../result/judge-case.ts';
import { parseTimeline } from '../timeline/timeline-reader.ts';
import type { ScriptedTimeline } from './scripted-timeline.ts';

/**
 * What a run would report of a case whose act was recorded like this: the script is written and read as a timeline.jsonl is, and
 * `judgeCase` decides. A script that was not `completed()` is a run that was killed.
 */
function judged(judge: Judge, script: ScriptedTimeline): CaseResult {
  const text = script.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return judgeCase(judge, parseTimeline(text, 'scripted timeline'));
}

/** The same in one line, as tests compare it (`lineOf`). */
export function resultOf(judge: Judge, script: ScriptedTimeline): string {
  return lineOf(judged(judge, script));
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
