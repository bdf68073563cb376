import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../evidence/index.ts';
import { ScriptedTimeline } from '../../evidence/testing/scripted-timeline.ts';
import { autoscalingCourses } from './autoscaling-course.ts';

const hpa = (status: object): RecordedObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'main', namespace: 'plimsoll-test-1', uid: 'hpa' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'main' },
    maxReplicas: 2,
    metrics: [{ type: 'Pods', pods: { metric: { name: 'depth' }, target: { averageValue: '100' } } }],
  },
  status,
});
const read = (averageValue: string): object => ({
  currentMetrics: [{ type: 'Pods', pods: { current: { averageValue } } }],
});
const deployment = (name: string, readyReplicas: number): RecordedObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'plimsoll-test-1', uid: name },
  status: { readyReplicas },
});

describe('the course of an autoscaler', () => {
  it('follows what it read, what it wanted and what was ready, and names the entry of each change', () => {
    const script = new ScriptedTimeline()
      .watch('autoscaling/v2/HorizontalPodAutoscaler')
      .watch('apps/v1/Deployment')
      .add(deployment('main', 1))
      .wait(1000)
      .add(hpa({}))
      .wait(1000)
      .modify(hpa({ ...read('100'), desiredReplicas: 1 }))
      .modify(deployment('other', 7))
      .wait(1000)
      .modify(hpa({ ...read('10k'), desiredReplicas: 2 }))
      .modify(hpa({ ...read('10k'), desiredReplicas: 2, conditions: [] }))
      .wait(1000)
      .modify(deployment('main', 2))
      .modify(hpa({ ...read('45500m'), desiredReplicas: 2 }))
      .remove(deployment('main', 2));
    const [course, ...more] = autoscalingCourses(script.timeline());
    expect(more).toEqual([]);
    expect(course).toMatchObject({ name: 'main', metric: 'depth', target: 100, maxReplicas: 2 });
    expect(course?.points.map(({ t, metric, desired, ready }) => [t, metric, desired, ready])).toEqual([
      [0, undefined, undefined, 1],
      [2000, 100, 1, 1],
      [3000, 10_000, 2, 1],
      [4000, 10_000, 2, 2],
      [4000, 45.5, 2, 2],
      [4000, 45.5, 2, undefined],
    ]);
    expect(course?.points.every(({ seq }) => script.entries[seq - 1]?.kind === 'object')).toBe(true);
  });

  it('is none for an autoscaler that never read a metric of pods', () => {
    const script = new ScriptedTimeline()
      .watch('autoscaling/v2/HorizontalPodAutoscaler')
      .add(hpa({ desiredReplicas: 1 }));
    expect(autoscalingCourses(script.timeline())).toEqual([]);
  });
});
