import { describe, expect, it } from 'vitest';
import { type Finding, fails, passes } from '../findings/finding.ts';
import type { RecordedObject } from '../recorded-object.ts';
import { judgeCase } from '../result/judge-case.ts';
import { lineOf } from '../testing/result-of.ts';
import { ScriptedTimeline } from '../testing/scripted-timeline.ts';

const namespace = (run: string, of: string, more: object = {}): RecordedObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: `plimsoll-${run}-1`,
    uid: `uid-${run}`,
    labels: { 'plimsoll.dev/run': run, 'plimsoll.dev/case': of },
    ...more,
  },
});

function told(requirement: string, others: readonly RecordedObject[], finding: Finding): string {
  const script = new ScriptedTimeline({ requirement, case: `${requirement}/x` }).watch('v1/Namespace');
  script.mark('begun').wait(20_000);
  for (const other of others) script.add(other);
  const judge = { id: 'x/y', bar: 'behaviour' as const, judge: () => [finding] };
  return lineOf(judgeCase(judge, script.completed().timeline()));
}

const PASS = passes('it works', 'it did', [1]);
const FAIL = fails('it works', 'it did not', [1]);

describe('another run at work', () => {
  it.each([
    ['the same requirement', 'ai_inference', 'ai_inference.api-is-served'],
    ['a pool, which any pod keeps from shrinking', 'cluster_autoscaling', 'gang_scheduling.two-gangs_kueue'],
    ['the same store', 'pod_autoscaling', 'ai_service_metrics.store-answers'],
  ])('decides nothing about %s, although it began later', (_what, requirement, other) => {
    for (const finding of [PASS, FAIL])
      expect(told(requirement, [namespace('other', other)], finding)).toMatch(
        /^inconclusive \(environment\): no other run used the same things meanwhile: another run was at work on them: other \(/,
      );
  });

  it.each<[string, string, RecordedObject[]]>([
    ['there is none', 'ai_inference', []],
    ['it does something else', 'ai_inference', [namespace('other', 'gang_scheduling.two-gangs')]],
    ['it is this run', 'ai_inference', [namespace('test', 'ai_inference.api-is-served')]],
    ['it was on its way out', 'ai_inference', [namespace('other', 'ai_inference.x', { deletionTimestamp: 'x' })]],
  ])('changes nothing where %s', (_what, requirement, others) => {
    expect(told(requirement, others, PASS)).toBe('pass');
    expect(told(requirement, others, FAIL)).toMatch(/^fail/);
  });
});
