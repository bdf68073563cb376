import { fact, type Timeline } from '../../evidence/judging.ts';
import type { Bench } from '../bench.ts';
import type { Facts } from '../facts.ts';

/** Under which RuntimeClasses pods with an accelerator were tried, in this order, and under which one they got what they asked for. */
export interface ChosenRuntime {
  /** `''`: none named, the node's default. */
  readonly tried: readonly string[];
  /** `''`: the default. Undefined: under none of them did a pod get it. */
  readonly chosen?: string;
}

const CHOSEN = fact<ChosenRuntime>('runtime chosen');

/**
 * The RuntimeClass for pods with accelerators, where a platform hands devices or driver libraries out by a class that is not its default:
 * the default first, then each of `classes`, until `gets` says that a control pod got what it asked for. That control alone decides; what
 * must be refused is tried under every class all the same. Without classes there is nothing to choose and nothing is tried.
 * @returns the fields of a pod's spec that name it
 */
export async function chooseRuntime(
  bench: Bench,
  classes: readonly string[],
  gets: (attempt: { readonly name: string; readonly spec: RuntimeSpec }) => Promise<boolean>,
): Promise<RuntimeSpec> {
  if (classes.length === 0) return {};
  const tried: string[] = [];
  for (const runtimeClass of ['', ...classes]) {
    tried.push(runtimeClass);
    const spec = runtimeClass === '' ? {} : { runtimeClassName: runtimeClass };
    if (!(await gets({ name: `control-${tried.length}`, spec }))) continue;
    bench.learn(CHOSEN, { tried, chosen: runtimeClass });
    return spec;
  }
  bench.learn(CHOSEN, { tried });
  return {};
}

/** What `chooseRuntime` came to; undefined where there was nothing to choose. */
export function chosenRuntime(timeline: Timeline): ReturnType<typeof timeline.learned<ChosenRuntime>> {
  return timeline.learned(CHOSEN);
}

/** The class that a pod names; none: the default. */
export interface RuntimeSpec {
  readonly runtimeClassName?: string;
}

/**
 * Every RuntimeClass whose pods may go to the node, those of that vendor first: one that no table names may hand out devices as well. No pod
 * of a class with a node selector that the node does not have ever gets there.
 */
export function runtimeClassesFor(
  vendor: string | undefined,
  { labels }: { readonly labels: Readonly<Record<string, string>> },
  { vendors, runtimeClasses }: Facts['inventory'],
): string[] {
  const known = vendors.find((row) => row.vendor === vendor)?.runtimeClasses ?? [];
  return runtimeClasses
    .filter(({ nodeSelector = {} }) => Object.entries(nodeSelector).every(([key, value]) => labels[key] === value))
    .map(({ name }) => name)
    .sort((a, b) => Number(known.includes(b)) - Number(known.includes(a)));
}
