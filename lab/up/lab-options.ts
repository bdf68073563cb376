import type { KubernetesOptions } from '../control-plane/flags.ts';
import type { PodSecurityLevel } from '../control-plane/pod-security.ts';
import type { NodeRequest } from '../node/add-node.ts';
import type { Taint } from '../node/kubelet-config.ts';

/** What a lab is asked to be. Everything has a default. */
export interface LabOptions {
  /** Default `lab`. Labs of different names run side by side. */
  readonly name?: string;
  /** Default: two nodes with two accelerators each, one with the device plugin, one with the DRA driver. */
  readonly nodes?: readonly NodeRequest[];
  /** Add-ons to install (lab/addons). */
  readonly addons?: readonly string[];
  /** Port on 127.0.0.1 that leads to the API server; 0 or left out: a free one. */
  readonly port?: number;
  /** The cluster's DNS domain, default `cluster.local`. */
  readonly dnsDomain?: string;
  /** Pod Security level of namespaces without a label of their own, those of systems left out; default `privileged`. */
  readonly podSecurity?: PodSecurityLevel;
  /** Taints of every node with accelerators, also of those that are added later. The pods of add-ons tolerate them. */
  readonly acceleratorTaints?: readonly Taint[];
  readonly kubernetes?: Partial<KubernetesOptions>;
  /** Ends bringing up; what was made so far is taken down. */
  readonly signal?: AbortSignal;
}

export const DEFAULT_LAB = 'lab';
export const DEFAULT_NODES: readonly NodeRequest[] = [
  { accelerators: 2, mode: 'device-plugin' },
  { accelerators: 2, mode: 'dra' },
];

/** The options with nothing left out. */
export interface LabRequest {
  readonly name: string;
  readonly nodes: readonly NodeRequest[];
  readonly addons: readonly string[];
  readonly port: number;
  readonly dnsDomain: string;
  readonly podSecurity: PodSecurityLevel;
  readonly acceleratorTaints: readonly Taint[];
  readonly kubernetes: KubernetesOptions;
}

export function labRequest(options: LabOptions): LabRequest {
  return {
    name: options.name ?? DEFAULT_LAB,
    nodes: options.nodes ?? DEFAULT_NODES,
    addons: [...new Set(options.addons ?? [])].sort(),
    port: options.port ?? 0,
    dnsDomain: options.dnsDomain ?? 'cluster.local',
    podSecurity: options.podSecurity ?? 'privileged',
    acceleratorTaints: options.acceleratorTaints ?? [],
    kubernetes: { featureGates: options.kubernetes?.featureGates ?? {}, flags: options.kubernetes?.flags ?? {} },
  };
}

/** The accelerator set-ups that these nodes have, each once. */
export function setupsOf(nodes: readonly Pick<NodeRequest, 'accelerators' | 'setup'>[]): string[] {
  return [...new Set(nodes.flatMap(({ accelerators, setup }) => (accelerators && setup !== undefined ? [setup] : [])))];
}

/** Two requests with the same text ask for the same lab. A port matters only when it was chosen. */
export function requestText(request: LabRequest): string {
  const { nodes, addons, port, dnsDomain, podSecurity, acceleratorTaints, kubernetes } = request;
  return JSON.stringify({ nodes, addons, port, dnsDomain, podSecurity, acceleratorTaints, kubernetes });
}

/** The same request with other add-ons, for a lab whose add-ons were changed since it was brought up. */
export function requestWithAddons(text: string, addons: readonly string[]): string {
  return JSON.stringify({ ...(JSON.parse(text) as object), addons });
}
