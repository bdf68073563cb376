import type { DeviceReading } from './device-readings.ts';

/** Points by which the utilisation of a loaded device rises, or the height that it reaches; what an idle one may stir. */
export const RISE = 30;
export const HIGH = 50;
export const STIR = 10;
/** Answers in a row in which a load has to show, and its absence. */
export const LASTING = 3;
/** Between two answers. */
export const EVERY_MS = 2_500;
/** How long a load may take to show, and its end. */
export const SHOWS_WITHIN = '90s';
export const SHOWS_WITHIN_MS = 90_000;
/** Memory of a load that has to show: the metric may count in blocks of its own. */
const MEMORY_SHARE = 0.75;

/** One answer of the endpoint: its devices by key. */
export type Reading = ReadonlyMap<string, DeviceReading>;

export function readingOf(devices: readonly DeviceReading[]): Reading {
  return new Map(devices.map((device) => [device.key, device]));
}

/** How one device was in the last answers of a stretch, against what it was before the load. */
export interface Course {
  readonly key: string;
  readonly before: DeviceReading | undefined;
  /** True: put to work (30 points more, or 50). False: as before (less than 10 points off). Undefined: neither, or too few answers. */
  readonly works: boolean | undefined;
  /** Points in the last answer that had some. */
  readonly points: number | undefined;
  /** Bytes used more than before, in the last answer that told. */
  readonly more: number | undefined;
}

/**
 * The courses of every device that was told of, before or in the stretch. `silent`: the exporter tells nothing of idle devices, so that
 * one that is not told of is idle.
 */
export function courses(before: Reading | undefined, stretch: readonly Reading[], silent: boolean): Course[] {
  const keys = [...new Set([...(before?.keys() ?? []), ...stretch.flatMap((reading) => [...reading.keys()])])];
  const last = stretch.slice(-LASTING);
  return keys.map((key) => {
    const base = before?.get(key);
    const at = base?.points ?? 0;
    const points = last.map((reading) => reading.get(key)?.points ?? (silent ? 0 : undefined));
    const every = (holds: (value: number) => boolean): boolean =>
      last.length === LASTING && points.every((value) => value !== undefined && holds(value));
    const used = last.flatMap((reading) => reading.get(key)?.used ?? (silent ? 0 : [])).at(-1);
    const working = at < HIGH && every((value) => value >= Math.min(at + RISE, HIGH));
    return {
      key,
      before: base,
      works: working ? true : every((value) => Math.abs(value - at) < STIR) ? false : undefined,
      points: points.findLast((value) => value !== undefined),
      more: used === undefined ? undefined : used - (base?.used ?? 0),
    };
  });
}

/** Is the memory that a load takes seen on its device? True where the load says nothing of memory. */
export function takesMemory({ more }: Pick<Course, 'more'>, allocates: number | undefined): boolean {
  return allocates === undefined || (more !== undefined && more >= allocates * MEMORY_SHARE);
}

/** Is the memory given back, but for a quarter of what the load took? */
export function memoryIsBack({ more }: Pick<Course, 'more'>, allocates: number | undefined): boolean {
  return allocates === undefined || (more !== undefined && more <= allocates * (1 - MEMORY_SHARE));
}
