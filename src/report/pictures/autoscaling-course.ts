import { list, number, type RecordedObject, type Timeline, text } from '../../evidence/index.ts';

/** What held from `t` on (milliseconds since the run began); undefined: not known then. `seq` is the entry that shows it. */
export interface CoursePoint {
  readonly seq: number;
  readonly t: number;
  /** What the autoscaler read, per pod. */
  readonly metric: number | undefined;
  /** Replicas that it wants, and that are ready. */
  readonly desired: number | undefined;
  readonly ready: number | undefined;
}

/** One autoscaler (autoscaling/v2) and what it scales, over time. */
export interface AutoscalingCourse {
  readonly name: string;
  readonly metric: string;
  readonly target: number | undefined;
  readonly maxReplicas: number;
  readonly points: readonly CoursePoint[];
}

/** A course for each autoscaler of a timeline that ever read a metric of pods. */
export function autoscalingCourses(timeline: Timeline): readonly AutoscalingCourse[] {
  const autoscalers = new Map<string, RecordedObject>();
  for (const entry of timeline.entries)
    if (entry.kind === 'object' && entry.ref.kind === 'HorizontalPodAutoscaler')
      autoscalers.set(entry.ref.uid ?? entry.ref.name, entry.body as RecordedObject);
  return [...autoscalers].flatMap(([uid, hpa]) => {
    const points = pointsOf(timeline, uid, hpa);
    if (!points.some((point) => point.metric !== undefined)) return [];
    const [metric] = list(hpa, 'spec.metrics');
    return [
      {
        name: hpa.metadata.name ?? '',
        metric: text(metric, 'pods.metric.name'),
        target: quantity(text(metric, 'pods.target.averageValue')),
        maxReplicas: number(hpa, 'spec.maxReplicas') ?? 1,
        points,
      },
    ];
  });
}

function pointsOf(timeline: Timeline, uid: string, hpa: RecordedObject): readonly CoursePoint[] {
  const scaled = text(hpa, 'spec.scaleTargetRef.kind');
  const name = text(hpa, 'spec.scaleTargetRef.name');
  const points: CoursePoint[] = [];
  let now: Omit<CoursePoint, 'seq' | 't'> = { metric: undefined, desired: undefined, ready: undefined };
  for (const entry of timeline.entries) {
    if (entry.kind !== 'object') continue;
    const next = { ...now };
    if ((entry.ref.uid ?? entry.ref.name) === uid) {
      const [metric] = list(entry.body, 'status.currentMetrics');
      next.metric = quantity(text(metric, 'pods.current.averageValue'));
      next.desired = number(entry.body, 'status.desiredReplicas');
    } else if (entry.ref.kind === scaled && entry.ref.name === name && entry.ref.namespace === hpa.metadata.namespace)
      next.ready = entry.event === 'DELETED' ? undefined : (number(entry.body, 'status.readyReplicas') ?? 0);
    else continue;
    const same = next.metric === now.metric && next.desired === now.desired && next.ready === now.ready;
    if (!same) points.push({ seq: entry.seq, t: entry.t, ...next });
    now = next;
  }
  return points;
}

/** A quantity as metrics have them: `200`, `10k`, `150500m`. */
function quantity(value: string): number | undefined {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([mkMG]?)$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const factors: Readonly<Record<string, number>> = { m: 1e-3, k: 1e3, M: 1e6, G: 1e9 };
  return Number(digits) * (factors[suffix] ?? 1);
}
