import { PlimsollError } from '../../src/errors.ts';

/** The Kubernetes programs that take flags of their own from `--kubernetes-flag COMPONENT:--FLAG=VALUE`. */
export const COMPONENTS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'etcd',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** What a person may change about the Kubernetes of a lab. */
export interface KubernetesOptions {
  readonly featureGates: Readonly<Record<string, boolean>>;
  /** Component -> flags, each `--name=value`. They replace the lab's own of the same name. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
}

/**
 * The gates of every component: the lab's own and the ones asked for. Native gang scheduling of 1.37 (GenericWorkload) is
 * off by default; the lab has it on, because it is the one gang scheduler that needs nothing installed. Whoever turns it
 * off turns off what depends on it, else no component would start.
 */
export function featureGates(options: KubernetesOptions): Record<string, boolean> {
  const gangs = options.featureGates['GenericWorkload'] ?? true;
  return { GenericWorkload: gangs, DRAWorkloadResourceClaims: gangs, ...options.featureGates };
}

/** `--feature-gates=A=true,B=false`, for the components that take flags. */
export function featureGateFlag(options: KubernetesOptions): string {
  const gates = Object.entries(featureGates(options)).map(([name, on]) => `${name}=${on}`);
  return `--feature-gates=${gates.join(',')}`;
}

/** The lab's flags for a component, with the person's in place of those of the same name and the rest appended. */
export function withFlags(component: Component, own: readonly string[], options: KubernetesOptions): string[] {
  const given = options.flags[component] ?? [];
  const names = new Set(given.map(flagName));
  return [...own.filter((flag) => !names.has(flagName(flag))), ...given];
}

function flagName(flag: string): string {
  return flag.split('=', 1)[0] ?? flag;
}

/**
 * Reads `COMPONENT:--FLAG=VALUE`, given any number of times.
 * @throws PlimsollError `lab-flag`
 */
export function parseKubernetesFlags(texts: readonly string[]): Record<string, string[]> {
  const flags: Record<string, string[]> = {};
  for (const text of texts) {
    const [, name = '', flag = ''] = /^([a-z-]+):(--[a-z].*)$/s.exec(text) ?? [];
    const component = COMPONENTS.find((known) => known === name || known === `kube-${name}`);
    if (!component) {
      throw new PlimsollError(
        'lab-flag',
        `cannot read the Kubernetes flag "${text}"`,
        `Write COMPONENT:--FLAG=VALUE with a component of ${COMPONENTS.join(', ')}, for example scheduler:--v=4.`,
      );
    }
    flags[component] = [...(flags[component] ?? []), flag];
  }
  return flags;
}

/**
 * Reads `A=true,B=false`.
 * @throws PlimsollError `lab-feature-gates`
 */
export function parseFeatureGates(text: string): Record<string, boolean> {
  const gates: Record<string, boolean> = {};
  for (const part of text.split(',').filter(Boolean)) {
    const [, name, value] = /^([A-Za-z0-9]+)=(true|false)$/.exec(part.trim()) ?? [];
    if (!name) {
      throw new PlimsollError(
        'lab-feature-gates',
        `cannot read the feature gate "${part}"`,
        'Write NAME=true or NAME=false, several of them with commas.',
      );
    }
    gates[name] = value === 'true';
  }
  return gates;
}
