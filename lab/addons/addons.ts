import { PlimsollError } from '../../src/errors.ts';
import type { Addon } from './addon.ts';
import { envoyGateway } from './envoy-gateway/envoy-gateway.ts';
import { jobset } from './jobset/jobset.ts';
import { karpenter } from './karpenter/karpenter.ts';
import { kuberay } from './kuberay/kuberay.ts';
import { kueue } from './kueue/kueue.ts';
import { kwok } from './kwok/kwok.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { prometheusAdapter } from './prometheus-adapter/prometheus-adapter.ts';
import { traefik } from './traefik/traefik.ts';
import { trainer } from './trainer/trainer.ts';

const ALL: readonly Addon[] = [
  kueue,
  prometheus,
  prometheusAdapter,
  traefik,
  envoyGateway,
  jobset,
  trainer,
  kuberay,
  kwok,
  karpenter,
];

/** Every add-on, for help texts. */
export function allAddons(): readonly Addon[] {
  return ALL;
}

/**
 * The add-ons of these names and what they need, each once, what is needed first.
 * @throws PlimsollError `unknown-addon`, naming those there are
 */
export function chooseAddons(names: readonly string[]): Addon[] {
  const chosen = new Map<string, Addon>();
  const choose = (name: string): void => {
    if (chosen.has(name)) return;
    const addon = ALL.find((one) => one.name === name);
    if (!addon) {
      throw new PlimsollError(
        'unknown-addon',
        `there is no add-on named "${name}"`,
        `Name one of: ${ALL.map((one) => one.name).join(', ')}.`,
      );
    }
    for (const needed of addon.needs ?? []) choose(needed);
    chosen.set(name, addon);
  };
  for (const name of names) choose(name);
  return [...chosen.values()];
}
