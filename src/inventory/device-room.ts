import { quantity } from './quantity.ts';
import type { DraDevice, DraPool, Held } from './resource-slices.ts';

interface Claimable {
  readonly device: DraDevice;
  readonly pool: DraPool;
  readonly held: Held | undefined;
}

/**
 * As many claims as the devices have room for at the same time. Devices that draw on common counters exclude each other: those that take
 * least come first, until a counter is used up. A shareable device has room for as many claims as its capacity has portions (what a claim
 * takes by default); without a capacity there is no bound, and it counts once.
 * @param taken devices that are held already
 */
export function roomFor(
  devices: readonly Claimable[],
  taken: readonly Claimable[],
): { count: number; unbounded: boolean } {
  const left = new Map<string, number>();
  const key = ({ driver, pool }: DraDevice, set: string, counter: string): string =>
    [driver, pool, set, counter].join('\n');
  for (const { device, pool } of [...devices, ...taken])
    for (const { set } of device.consumes ?? [])
      for (const [counter, all] of Object.entries(pool.counters[set] ?? {})) left.set(key(device, set, counter), all);
  const draws = (device: DraDevice): { counter: string; amount: number }[] =>
    (device.consumes ?? []).flatMap(({ set, counters }) =>
      Object.entries(counters).map(([counter, amount]) => ({ counter: key(device, set, counter), amount })),
    );
  const draw = (device: DraDevice): void => {
    for (const { counter, amount } of draws(device)) left.set(counter, (left.get(counter) ?? 0) - amount);
  };
  const whole = new Map(left);
  for (const { device } of taken) draw(device);
  const size = (device: DraDevice): number =>
    draws(device).reduce((sum, { counter, amount }) => sum + amount / (whole.get(counter) || 1), 0);
  let count = 0;
  let unbounded = false;
  for (const { device, held } of devices.toSorted((a, b) => size(a.device) - size(b.device))) {
    if (draws(device).some(({ counter, amount }) => (left.get(counter) ?? 0) < amount)) continue;
    draw(device);
    const portions = device.shareable ? portionsOf(device, taken.length === 0 ? undefined : held) : 1;
    if (portions === undefined) unbounded = true;
    count += portions ?? 1;
  }
  return { count, unbounded };
}

/** Undefined: nothing bounds it. */
function portionsOf({ capacity, defaults = {} }: DraDevice, held: Held | undefined): number | undefined {
  const portions = Object.entries(defaults).flatMap(([name, portion]) => {
    const all = quantity(capacity[name]);
    if (all === undefined || portion <= 0) return [];
    return [Math.max(0, Math.floor((all - (held?.capacity[name] ?? 0)) / portion))];
  });
  return portions.length === 0 ? undefined : Math.min(...portions);
}
