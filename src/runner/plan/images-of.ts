import type { Planned } from './planned.ts';

/** Every image that the running instances of a plan pull, the probe image first. */
export function imagesOf(plan: readonly Planned[], probe: string): string[] {
  const running = plan.filter((planned) => planned.omitted === undefined);
  return running.length === 0 ? [] : [...new Set([probe, ...running.flatMap((planned) => planned.needs.images ?? [])])];
}
