import { list, number, type Timeline, text } from '../../evidence/index.ts';

export interface StoredPoint {
  readonly seq: number;
  readonly t: number;
  /** Requests that the pod had answered. */
  readonly answered: number;
  /** What the monitoring system's store said of it at that moment; undefined when it knew nothing of the pod. */
  readonly stored: number | undefined;
}

/** The request counter of each pod, as the store of a monitoring system has it, over time. */
export interface StoredRequests {
  readonly most: number;
  readonly pods: readonly { readonly name: string; readonly course: readonly StoredPoint[] }[];
}

/** Read from the notes `requests in the store` (`{ pods: [{ pod, answered, stored }] }`, one for each look). Undefined without any. */
export function storedRequests(timeline: Timeline): StoredRequests | undefined {
  const courses = new Map<string, StoredPoint[]>();
  for (const note of timeline.notes()) {
    if (note.text !== 'requests in the store') continue;
    for (const one of list(note.data, 'pods')) {
      const name = text(one, 'pod');
      const point = { seq: note.seq, t: note.t, answered: number(one, 'answered') ?? 0, stored: number(one, 'stored') };
      courses.set(name, [...(courses.get(name) ?? []), point]);
    }
  }
  const points = [...courses.values()].flat();
  if (points.length === 0) return undefined;
  const most = Math.max(1, ...points.flatMap(({ answered, stored }) => [answered, stored ?? 0]));
  return { most, pods: [...courses].map(([name, course]) => ({ name, course })) };
}
