import type { KindName, KubeObject } from '../../kube/object.ts';

/** A read that was refused or failed: what it would have told is unknown, not absent. */
export interface NotRead {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** Something that stands where an object should, and is none, or not one that can be read. */
export interface ObjectProblem {
  /** `nodes.yaml:120`, `pods.json, item 17`. */
  readonly where: string;
  readonly text: string;
}

/**
 * Everything that an inventory rests on, whether an API server told it or files hold it: plain JSON, no more of each object than is
 * read (`kept.ts`). `inventoryOf` makes an inventory of it and looks at nothing else.
 */
export interface ClusterObjects {
  /** URL of the API server, or the paths that were read. */
  readonly source: string;
  readonly kubernetes: { readonly gitVersion: string; readonly major: number; readonly minor: number };
  /** Kinds that the API server serves, those of one group in its order of preference. */
  readonly served: readonly KindName[];
  /** Groups whose aggregated API server did not answer. */
  readonly staleGroups: readonly string[];
  readonly objects: readonly KubeObject[];
  readonly notRead: readonly NotRead[];
  readonly problems: readonly ObjectProblem[];
}

/** The kind of the line that says in a file what an API server serves: no object of Kubernetes. */
export const SERVED_KIND = 'Served';

/** Group and kind of everything that an inventory looks at. What is missing here, `plimsoll rbac` does not ask for. */
export const READ_KINDS: readonly (readonly [group: string, kind: string])[] = [
  ['', 'Node'],
  ['', 'Pod'],
  ['', 'Service'],
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['resource.k8s.io', 'ResourceSlice'],
  ['resource.k8s.io', 'ResourceClaim'],
  ['resource.k8s.io', 'DeviceClass'],
  ['resource.k8s.io', 'DeviceTaintRule'],
  ['gateway.networking.k8s.io', 'GatewayClass'],
  ['apiregistration.k8s.io', 'APIService'],
  ['node.k8s.io', 'RuntimeClass'],
  ['karpenter.sh', 'NodePool'],
  ['cluster.x-k8s.io', 'MachineDeployment'],
  ['cluster.x-k8s.io', 'MachineSet'],
  ['cluster.x-k8s.io', 'MachinePool'],
  ['autoscaling.openshift.io', 'ClusterAutoscaler'],
  ['autoscaling.openshift.io', 'MachineAutoscaler'],
  ['machine.openshift.io', 'MachineSet'],
  ['monitoring.coreos.com', 'Prometheus'],
  ['monitoring.coreos.com', 'PrometheusAgent'],
  ['operator.victoriametrics.com', 'VMAgent'],
  ['operator.victoriametrics.com', 'VMSingle'],
  ['operator.victoriametrics.com', 'VMCluster'],
  ['opentelemetry.io', 'OpenTelemetryCollector'],
];

/** Objects of one kind, whatever its version. */
export function ofKind({ objects }: Pick<ClusterObjects, 'objects'>, group: string, ...kinds: string[]): KubeObject[] {
  return objects.filter(({ apiVersion, kind }) => kinds.includes(kind) && groupOfVersion(apiVersion) === group);
}

/** `v1` -> ``, `apps/v1` -> `apps`. */
export function groupOfVersion(apiVersion: string): string {
  const cut = apiVersion.indexOf('/');
  return cut < 0 ? '' : apiVersion.slice(0, cut);
}
