import { describe, expect, it } from 'vitest';
import type { CaseDefinition } from '../../case-kit/define-case.ts';
import { resultOf } from '../../evidence/testing/result-of.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { AUTOSCALER, DEPLOYMENT, TARGET, TIMES } from './autoscaler.ts';
import { type BesideTheMetricParams, BLIND, BUSY, marksOf, RISE } from './beside-the-metric.ts';
import { cpuAloneMovesNothing, withoutItsMetricNothingMoves } from './beside-the-metric-cases.ts';
import { deployment, hpa } from './testing/autoscaling-objects.ts';

interface Story {
  /** It grows to two replicas by its metric, after so many milliseconds. */
  readonly growsAfter?: number | 'never';
  /** N1: the autoscaler says that the metric is lost. */
  readonly says?: boolean;
  /** Replicas to which the Deployment is scaled in the window, and what the autoscaler wants in it. */
  readonly scaledTo?: number;
  readonly wants?: number;
  /** N2: hundredths of a second that each burner used in the window of 60 s. */
  readonly used?: number;
  readonly seconds?: number;
  readonly gap?: boolean;
}

const PARAMS: BesideTheMetricParams = {
  pipeline: { api: { version: 'v1beta2', servedBy: 'Service monitoring/adapter' }, collections: [] },
  times: TIMES,
};

function told(of: CaseDefinition<BesideTheMetricParams>, story: Story = {}): string {
  const group = of === withoutItsMetricNothingMoves ? BLIND : BUSY;
  const { growsAfter = 2000, says = true, scaledTo = 2, wants = 2, used = 600, seconds = 60, gap = false } = story;
  const marks = marksOf(group);
  const script = new ScriptedTimeline({ params: PARAMS }).watch('v1/Pod').watch(AUTOSCALER).watch(DEPLOYMENT);
  script.add(deployment(group, 1)).add(hpa(group, {})).mark(marks.watched);
  const judged = (): string => resultOf(of, script.completed());
  if (growsAfter === 'never') {
    script.wait(TIMES.up);
    return judged();
  }
  script
    .wait(growsAfter)
    .modify(hpa(group, { average: RISE, desired: 2 }))
    .modify(deployment(group, 2));
  script
    .wait(3000)
    .modify(hpa(group, { average: 100, desired: 2 }))
    .mark(marks.settled);
  const tell = (ticks: number, up: number): void => {
    for (const pod of ['a', 'b']) script.log({ pod, container: 'burner', text: `cpu 1 1\ncpu ${ticks} ${up}\n` });
  };
  if (group === BLIND) {
    script.mark(marks.off).wait(2000);
    if (says) script.modify(hpa(group, { desired: 2, active: false })).mark(marks.lost);
  } else tell(1000, 100_000);
  script.wait(30_000);
  if (gap) script.gap(DEPLOYMENT, 2000);
  if (wants !== 2) script.modify(hpa(group, { average: 100, desired: wants }));
  if (scaledTo !== 2) script.modify(deployment(group, scaledTo));
  script.wait((seconds - 30) * 1000).confirm();
  if (group === BUSY) tell(1000 + used, 106_000);
  script.mark(marks.over);
  return judged();
}

// A flag of Kubernetes: an autoscaler leaves alone what lies within it (pkg/controller/podautoscaler: ratio against the tolerance).
describe.each([0.1, 0.2, 0.5])('an autoscaler with a tolerance of %d', (tolerance) => {
  const wanted = (average: number, replicas: number): number => {
    const ratio = average / TARGET;
    return Math.abs(ratio - 1) <= tolerance ? replicas : Math.ceil(ratio * replicas);
  };

  it.each([withoutItsMetricNothingMoves, cpuAloneMovesNothing])('passes $id: the rise is well beyond it', (of) => {
    expect(wanted(RISE, 1)).toBe(2);
    expect(wanted(TARGET, 2)).toBe(2);
    expect(told(of, { growsAfter: wanted(RISE, 1) === 2 ? 2000 : 'never' })).toBe('pass');
  });
});

describe('N1: the metric is lost', () => {
  const n1 = (story?: Story): string => told(withoutItsMetricNothingMoves, story);

  it('passes when the autoscaler says so and nothing moves', () => {
    expect(n1()).toBe('pass');
  });

  it('M9: scaling to minReplicas, to maxReplicas or to nothing fails', () => {
    for (const scaledTo of [0, 1, 3])
      expect(n1({ scaledTo })).toMatch(/^fail: .*the Deployment was scaled though its metric was lost/);
  });

  it('an autoscaler that never notices fails', () => {
    expect(n1({ says: false })).toMatch(/^fail: .*never said that it has lost its metric/);
  });

  it('is inconclusive after a gap, after too short a time for a slow autoscaler, and when it did not grow before', () => {
    expect(n1({ gap: true })).toMatch(/^inconclusive \(environment\): .*had to list anew/);
    expect(n1({ growsAfter: 20_000 })).toMatch(/^inconclusive \(environment\): .*watched for 62 s instead of 1 m 40 s/);
    expect(n1({ growsAfter: 'never' })).toMatch(/^fail: .*the same Deployment grows/);
  });
});

describe('N2: CPU under load', () => {
  const n2 = (story?: Story): string => told(cpuAloneMovesNothing, story);

  it('passes when nothing moves', () => {
    expect(n2()).toBe('pass');
  });

  it('M4: an autoscaler or another controller that acts on CPU fails', () => {
    expect(n2({ wants: 3 })).toMatch(/^fail: .*wanted another number of replicas than 2/);
    expect(n2({ scaledTo: 3 })).toMatch(/^fail: .*the Deployment was scaled/);
  });

  it('is inconclusive when the CPU was not under load, and after a gap', () => {
    expect(n2({ used: 60 })).toMatch(/^inconclusive \(environment\): .*of its request: a 100 %, b 100 %/);
    expect(n2({ gap: true })).toMatch(/^inconclusive \(environment\): .*had to list anew/);
  });
});
