import { list, number, type Timeline, text } from '../../evidence/index.ts';

export interface LoadPoint {
  readonly seq: number;
  readonly t: number;
  /** 0 to 100; undefined when the answer had no value for the device. */
  readonly points: number | undefined;
  /** Bytes. */
  readonly used: number | undefined;
}

/** The utilisation of devices over time, as their metrics told it, and when one of them was put to work. */
export interface DeviceLoad {
  readonly devices: readonly { readonly key: string; readonly course: readonly LoadPoint[] }[];
  /** Milliseconds since the run began; `to` is missing when the act ended before. */
  readonly load: { readonly from: number; readonly to: number } | undefined;
}

/**
 * Read from the notes `devices` (`{ devices: [{ key, points, used }] }`, one for each answer of the endpoint) and the marks `load runs` and
 * `load ends`. Undefined when there are none.
 */
export function deviceLoad(timeline: Timeline): DeviceLoad | undefined {
  const courses = new Map<string, LoadPoint[]>();
  for (const note of timeline.notes()) {
    if (note.text !== 'devices') continue;
    for (const device of list(note.data, 'devices')) {
      const key = text(device, 'key');
      const point = { seq: note.seq, t: note.t, points: number(device, 'points'), used: number(device, 'used') };
      courses.set(key, [...(courses.get(key) ?? []), point]);
    }
  }
  if (courses.size === 0) return undefined;
  const from = timeline.mark('load runs')?.t;
  const to = timeline.mark('load ends')?.t ?? timeline.entries.at(-1)?.t ?? 0;
  return {
    devices: [...courses].map(([key, course]) => ({ key, course })).sort((a, b) => (a.key < b.key ? -1 : 1)),
    load: from === undefined ? undefined : { from, to },
  };
}
