import type { KubeObject } from '../../src/kube/object.ts';

/**
 * The one object of that kind and name, to be changed in place.
 * @throws Error when the module that brings it has renamed or dropped it: the add-on has to follow
 */
export function pick(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found) return found;
  const names = objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  throw new Error(`no ${kind} ${name} among the module's objects; there are: ${names.join(', ') || 'none'}`);
}

/** The parts of a workload's pod template that add-ons change. */
export interface PodSpec {
  containers: ContainerSpec[];
  nodeSelector?: Record<string, string>;
  [field: string]: unknown;
}
export interface ContainerSpec {
  name: string;
  image: string;
  args?: string[];
  env?: { name: string; value: string }[];
  [field: string]: unknown;
}

/** The pod spec of a Deployment, to be changed in place. */
export function podSpec(workload: KubeObject): PodSpec {
  return (workload['spec'] as { template: { spec: PodSpec } }).template.spec;
}

/** The container of that name, or the only one. */
export function container(workload: KubeObject, name?: string): ContainerSpec {
  const { containers } = podSpec(workload);
  const found = name === undefined ? containers[0] : containers.find((one) => one.name === name);
  if (!found || (name === undefined && containers.length !== 1)) {
    throw new Error(`${workload.metadata.name} has the containers ${containers.map((one) => one.name).join(', ')}`);
  }
  return found;
}

/**
 * Probes that notice readiness within a second, and requests that leave a small machine's room to what is tested. The
 * lab's nodes each claim the whole machine, so requests say nothing here anyway.
 */
export function quicken(workload: KubeObject): void {
  for (const one of podSpec(workload).containers) {
    const probe = one['readinessProbe'] as Record<string, unknown> | undefined;
    if (probe) Object.assign(probe, { periodSeconds: 1, initialDelaySeconds: 0, failureThreshold: 30 });
    const liveness = one['livenessProbe'] as Record<string, unknown> | undefined;
    if (liveness) Object.assign(liveness, { failureThreshold: 10 });
    one['resources'] = { requests: { cpu: '10m', memory: '64Mi' } };
    one['imagePullPolicy'] = 'IfNotPresent';
  }
}
