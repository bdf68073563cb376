import type { Planned } from './planned.ts';
import { sharedActs } from './shared-acts.ts';

/** What a plan takes of the accelerators of one node. */
export interface NodeUse {
  readonly node: string;
  /** The most that are held at one time, and whether that is all that are free. */
  readonly devices: number;
  readonly filled: boolean;
  /** Devices times minutes, at least: each act holds what it takes for its waits and for what it takes where nothing is slow. */
  readonly deviceMinutes: number;
}

const TOKEN = 'accelerators/';

/** By node, from the tokens of a plan; `capacities`: how much there is of each (`tokenCapacities`). Pure. */
export function deviceUse(plan: readonly Planned[], capacities: ReadonlyMap<string, number>): readonly NodeUse[] {
  const uses = new Map<string, { devices: number; ms: number }>();
  for (const { instances, needs, leastWait, aside } of sharedActs(plan)) {
    if (instances[0].omitted !== undefined) continue;
    for (const [token, amount = 1] of Object.entries(needs.tokens ?? {})) {
      if (!token.startsWith(TOKEN)) continue;
      const all = capacities.get(token) ?? 1;
      const devices = amount === 'all' ? all : Math.min(amount, all);
      const { devices: most, ms } = uses.get(token) ?? { devices: 0, ms: 0 };
      uses.set(token, { devices: Math.max(most, devices), ms: ms + devices * (leastWait + aside) });
    }
  }
  return [...uses]
    .map(
      ([token, { devices, ms }]): NodeUse => ({
        node: token.slice(TOKEN.length),
        devices,
        filled: devices >= (capacities.get(token) ?? 1),
        deviceMinutes: Math.round((10 * ms) / 60_000) / 10,
      }),
    )
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}
