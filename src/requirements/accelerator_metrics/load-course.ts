import type { DeviceReading } from './device-readings.ts';

/** Points by which the utilisation of a loaded device rises, or the height that it reaches; what an idle one may stir. */
export const RISE = 30;
export const HIGH = 50;
export const STIR = 10;
/** Answers in a row in which a load has to show. */
export const LASTING = 3;
/** Between two answers. */
export const EVERY_MS = 2_500;
/** How long a load may take to show, and its end. */
export const SHOWS_WITHIN = '90s';

/** One answer of the endpoint: its devices by key. */
export type Reading = ReadonlyMap<string, DeviceReading>;

export function readingOf(devices: readonly DeviceReading[]): Reading {
  return new Map(devices.map((device) => [device.key, device]));
}

/** How one device went through a stretch of answers, against what it was before. */
export interface Course {
  readonly key: string;
  readonly before: DeviceReading | undefined;
  /** Longest run of answers in which it was put to work (30 points more, or 50). */
  readonly loaded: number;
  /** Longest run of answers in which it stirred (10 points more or less). */
  readonly stirred: number;
  readonly highest: number;
  readonly lowest: number;
  /** Most memory used. */
  readonly mostUsed: number | undefined;
}

/** The course of every device that was told of, before or in the stretch. */
export function courses(before: Reading | undefined, stretch: readonly Reading[]): Course[] {
  const keys = [...new Set([...(before?.keys() ?? []), ...stretch.flatMap((reading) => [...reading.keys()])])];
  return keys.map((key) => {
    const base = before?.get(key);
    const own = stretch.map((reading) => reading.get(key));
    const points = own.flatMap((device) => device?.points ?? []);
    const used = own.flatMap((device) => device?.used ?? []);
    const at = base?.points ?? 0;
    return {
      key,
      before: base,
      loaded: longest(own, (device) => at < HIGH && (device.points ?? 0) >= Math.min(at + RISE, HIGH)),
      stirred: longest(own, (device) => Math.abs((device.points ?? at) - at) >= STIR),
      highest: Math.max(at, ...points),
      lowest: Math.min(...(points.length === 0 ? [at] : points)),
      mostUsed: used.length === 0 ? undefined : Math.max(...used),
    };
  });
}

function longest(readings: readonly (DeviceReading | undefined)[], holds: (device: DeviceReading) => boolean): number {
  let [run, best] = [0, 0];
  for (const device of readings) {
    run = device !== undefined && holds(device) ? run + 1 : 0;
    best = Math.max(best, run);
  }
  return best;
}
