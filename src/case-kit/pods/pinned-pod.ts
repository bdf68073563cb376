import type { KubeObject } from '../../kube/object.ts';
import type { Bench } from '../bench.ts';

/** Where a pod is put: by a node affinity on the node's name, never past the scheduler (spec.nodeName). Plain JSON. */
export interface Place {
  readonly node: string;
  readonly tolerations: readonly { key: string; operator: string; value?: string; effect?: string }[];
}

export interface PodContainer {
  readonly name: string;
  /** Shell script for busybox' sh. Travels in the pod spec: nothing has to be built or mounted. */
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly resources?: Readonly<Record<string, unknown>>;
  /** The container is ready once this file exists. Without it: as soon as it runs. */
  readonly readyFile?: string;
  /** More fields of the container: ports, probes, volumeMounts. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Its root file system cannot be written to: what it writes goes into volumes. */
  readonly readOnly?: true;
}

export interface PinnedPod {
  readonly name: string;
  readonly place?: Place;
  readonly containers: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
  /** More fields of the pod's spec: resourceClaims, schedulingGroup, runtimeClassName, schedulerName. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /**
   * `restricted` (default): an unprivileged user without capabilities, as Pod Security `restricted` asks. `root`: container
   * root with the runtime's default capabilities, as Pod Security `baseline` allows.
   */
  readonly user?: 'restricted' | 'root';
  readonly labels?: Readonly<Record<string, string>>;
}

/** A pod on the probe image that never restarts and goes at once when it is deleted. */
export function pinnedPod(bench: Pick<Bench, 'image' | 'imagePullSecrets'>, pod: PinnedPod): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod.name, ...(pod.labels === undefined ? {} : { labels: { ...pod.labels } }) },
    spec: podSpec(bench, pod),
  };
}

/** The same as a pod template's spec, for Jobs and Deployments. */
export function podSpec(bench: Pick<Bench, 'image' | 'imagePullSecrets'>, pod: PinnedPod): Record<string, unknown> {
  const restricted = pod.user !== 'root';
  const container = (one: PodContainer): Record<string, unknown> => ({
    name: one.name,
    image: bench.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/sh', '-c', one.script],
    ...(one.env === undefined ? {} : { env: Object.entries(one.env).map(([name, value]) => ({ name, value })) }),
    ...(one.resources === undefined ? {} : { resources: one.resources }),
    ...(one.readyFile === undefined
      ? {}
      : {
          readinessProbe: { exec: { command: ['test', '-e', one.readyFile] }, periodSeconds: 1, failureThreshold: 300 },
        }),
    ...securityContext(one, restricted),
    ...one.spec,
  });
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restricted
      ? { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } }
      : { runAsUser: 0, seccompProfile: { type: 'RuntimeDefault' } },
    ...(bench.imagePullSecrets.length === 0 ? {} : { imagePullSecrets: [...bench.imagePullSecrets] }),
    ...(pod.place === undefined ? {} : pinnedTo(pod.place)),
    ...(pod.initContainers === undefined ? {} : { initContainers: pod.initContainers.map(container) }),
    containers: pod.containers.map(container),
    ...pod.spec,
  };
}

function securityContext({ readOnly }: PodContainer, restricted: boolean): Record<string, unknown> {
  const fields = {
    ...(restricted ? { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } : {}),
    ...(readOnly === undefined ? {} : { readOnlyRootFilesystem: true }),
  };
  return Object.keys(fields).length === 0 ? {} : { securityContext: fields };
}

function pinnedTo({ node, tolerations }: Place): Record<string, unknown> {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
  };
}
