/**
 * Each holder of a device works in a pattern of its own, so that every device shows by when it works that it is measured, by itself and
 * truly: the bits of the holder's number, which begin at 1, so that none is always off. Before, between and after the phases all rest.
 */
export interface Holder {
  /** Name of its pod. */
  readonly name: string;
  /** In which phases it works. */
  readonly works: readonly boolean[];
}

/** Phases that it takes to tell so many devices apart: 2 for up to 3 devices, 4 for 8. */
export function phasesFor(devices: number): number {
  return Math.ceil(Math.log2(devices + 1));
}

/** Holders of so many devices, with their patterns. */
export function holdersOf(devices: number): Holder[] {
  const phases = phasesFor(devices);
  return Array.from({ length: devices }, (_, at) => ({
    name: `load-${at + 1}`,
    works: Array.from({ length: phases }, (__, phase) => (((at + 1) >> phase) & 1) === 1),
  }));
}

/** `on, off, off` for people. */
export function showPattern(works: readonly (boolean | undefined)[]): string {
  return works.map((one) => (one === undefined ? 'unclear' : one ? 'on' : 'off')).join(', ');
}
