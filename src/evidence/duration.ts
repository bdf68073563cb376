import { PlimsollError } from '../errors.ts';

/** Milliseconds, or words such as `'60s'`, `'3m'`, `'1.5h'`, `'250ms'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a duration. Throws `bad-duration` for anything else, so that a typing error never becomes "no limit". */
export function milliseconds(duration: number | string): number {
  if (typeof duration === 'number') {
    if (Number.isFinite(duration) && duration >= 0) return duration;
  } else {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration) ?? [];
    if (amount !== undefined && unit !== undefined) return Number(amount) * UNITS[unit as keyof typeof UNITS];
  }
  throw new PlimsollError('bad-duration', `"${duration}" is not a duration`, 'Write a number and a unit: 30s, 3m, 1h.');
}

/** `61.2 s`, `3 m 20 s`, `0.4 s`: how long something took, for people. */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1000);
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} m${rest === 0 ? '' : ` ${rest} s`}`;
}
