import { ASIDE, type Needs, type RbacRule } from '../../case-kit/needs.ts';
import { leastWait, type Planned } from './planned.ts';

/** Instances that are acted once, together: one of them, unless their cases share an act (`shares` in define-case.ts). */
export interface SharedAct {
  readonly instances: readonly [Planned, ...Planned[]];
  readonly needs: Needs;
  /** Milliseconds that the act takes at least. */
  readonly leastWait: number;
  /** Milliseconds that it takes beside, where nothing is slow (`Needs.aside`). */
  readonly aside: number;
}

/**
 * The instances of a plan by the acts that they need, in the order of the plan. What will not run stands alone: it has no act.
 * Throws where two cases name the same `shares` and have different acts: an error of ours.
 */
export function sharedActs(plan: readonly Planned[]): SharedAct[] {
  const groups = Map.groupBy(plan, (planned) => {
    const { shares } = planned.case;
    if (planned.omitted !== undefined || shares === undefined) return planned.id;
    return JSON.stringify([shares, planned.variant ?? '', planned.params]);
  });
  return [...groups.values()].flatMap(([first, ...rest]): SharedAct[] => {
    if (first === undefined) return [];
    const other = rest.find((planned) => planned.case.act !== first.case.act);
    if (other !== undefined) throw new Error(`${other.id} shares the act of ${first.id} and has another one`);
    const instances = [first, ...rest] as const;
    const aside = Math.max(...instances.map(({ needs }) => needs.aside ?? ASIDE));
    return [{ instances, needs: joined(instances), leastWait: Math.max(...instances.map(leastWait)), aside }];
  });
}

/** All that any of them needs; of a token the largest amount, of the waits those of the one that waits longest. */
function joined(instances: readonly [Planned, ...Planned[]]): Needs {
  const [first, ...rest] = instances;
  if (rest.length === 0) return first.needs;
  const needs = instances.map((planned) => planned.needs);
  const all = <T>(of: (one: Needs) => readonly T[] | undefined): T[] => [
    ...new Set(needs.flatMap((one) => of(one) ?? [])),
  ];
  const longest = instances.reduce((a, b) => (leastWait(b) > leastWait(a) ? b : a));
  const podSecurity = needs.find((one) => one.podSecurity !== undefined)?.podSecurity;
  return {
    tokens: tokensOf(needs),
    creates: all((one) => one.creates),
    reads: all((one) => one.reads),
    changes: all((one) => one.changes),
    sweeps: all((one) => one.sweeps),
    rules: all<RbacRule>((one) => one.rules),
    images: all((one) => one.images),
    ...(podSecurity === undefined ? {} : { podSecurity }),
    waits: longest.needs.waits ?? [],
  };
}

function tokensOf(needs: readonly Needs[]): NonNullable<Needs['tokens']> {
  const most: Record<string, number | 'all'> = {};
  for (const { tokens = {} } of needs)
    for (const [token, amount = 1] of Object.entries(tokens)) {
      const known = most[token] ?? 0;
      most[token] = amount === 'all' || known === 'all' ? 'all' : Math.max(amount, known);
    }
  return most;
}
