import type { Planned } from './planned.ts';
import { type SharedAct, sharedActs } from './shared-acts.ts';

/**
 * Chooses a place for each act that can be done in several (`elsewhere`): the one that the acts before it need least, those with the
 * longest required waits first. Cases that hold a node's accelerators for minutes and cases that take all of a node so do not meet where
 * a cluster has two nodes of a kind. Pure; the order of the plan stays.
 */
export function spreadOverNodes(plan: readonly Planned[]): Planned[] {
  const load = new Map<string, number>();
  const chosen = new Map<Planned, Planned>();
  const acts = sharedActs(plan).filter(({ instances: [first] }) => first.omitted === undefined);
  const fixed = (act: SharedAct): boolean => placesOf(act) === 1;
  // Who cannot choose goes first, so that the others know where it is.
  for (const act of acts.toSorted((a, b) => Number(fixed(b)) - Number(fixed(a)) || b.leastWait - a.leastWait)) {
    const places = Array.from({ length: placesOf(act) }, (_, index) => act.instances.map((one) => placed(one, index)));
    const loads = places.map((instances) => Math.max(0, ...tokensOf(instances).map((token) => load.get(token) ?? 0)));
    const place = places[loads.indexOf(Math.min(...loads))] ?? act.instances;
    for (const token of tokensOf(place)) load.set(token, (load.get(token) ?? 0) + act.leastWait + act.aside);
    for (const [index, one] of act.instances.entries()) chosen.set(one, place[index] ?? one);
  }
  return plan.map((one) => chosen.get(one) ?? one);
}

/** In how many places all instances of an act can be done. */
function placesOf({ instances }: SharedAct): number {
  return 1 + Math.min(...instances.map(({ elsewhere = [] }) => elsewhere.length));
}

function placed({ elsewhere = [], ...planned }: Planned, index: number): Planned {
  return index === 0 ? planned : { ...planned, ...elsewhere[index - 1] };
}

function tokensOf(instances: readonly Planned[]): string[] {
  return [...new Set(instances.flatMap(({ needs }) => Object.keys(needs.tokens ?? {})))];
}
