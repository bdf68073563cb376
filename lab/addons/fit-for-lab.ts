import type { KubeObject } from '../../src/kube/object.ts';
import { EXEMPT_LABELS } from '../control-plane/pod-security.ts';
import type { Taint } from '../node/kubelet-config.ts';

/** Kinds whose objects have a pod template. */
const WITH_TEMPLATE = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];
/** Kinds whose objects say of their own pods where these may run. */
const WITH_TOLERATIONS = ['Prometheus', 'PrometheusAgent', 'Alertmanager'];

/**
 * An add-on's object as it runs in a lab with a Pod Security level by default and taints on its accelerator nodes: its namespace is
 * exempt, as those of systems are, and its pods tolerate the taints, or a lab without other nodes could not run it. A pool of Karpenter's
 * says that its nodes will have them: all nodes with accelerators do.
 */
export function fitForLab(object: KubeObject, taints: readonly Taint[]): KubeObject {
  if (object.kind === 'Namespace') return withExemption(object);
  if (taints.length === 0) return object;
  if (WITH_TEMPLATE.includes(object.kind)) {
    const spec = object['spec'] as { template: { spec: Record<string, unknown> } };
    const { template } = spec;
    return { ...object, spec: { ...spec, template: { ...template, spec: tolerating(template.spec, taints) } } };
  }
  if (WITH_TOLERATIONS.includes(object.kind))
    return { ...object, spec: tolerating(object['spec'] as Record<string, unknown>, taints) };
  if (object.kind === 'NodePool') return withTaints(object, taints);
  return object;
}

function withTaints(pool: KubeObject, taints: readonly Taint[]): KubeObject {
  const spec = pool['spec'] as { template: { spec: { taints?: readonly Taint[] } } };
  const { template } = spec;
  const all = [...(template.spec.taints ?? []), ...taints];
  return { ...pool, spec: { ...spec, template: { ...template, spec: { ...template.spec, taints: all } } } };
}

function withExemption(namespace: KubeObject): KubeObject {
  const { metadata } = namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...EXEMPT_LABELS, ...metadata.labels } } };
}

function tolerating(spec: Record<string, unknown>, taints: readonly Taint[]): Record<string, unknown> {
  const before = (spec['tolerations'] ?? []) as readonly unknown[];
  return { ...spec, tolerations: [...before, ...taints.map(toleration)] };
}

/** The toleration of exactly that taint. */
export function toleration({ key, value, effect }: Taint): Record<string, string> {
  return value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect };
}
