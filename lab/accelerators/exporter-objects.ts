import { FOLDER_IN_NODE, MODEL_LABEL } from './accelerator.ts';

/** Name that the exporter's image has in the lab's registry. */
export const EXPORTER_IMAGE = 'lab.plimsoll.dev/accelerator-exporter:v1';
export const EXPORTER_NAMESPACE = 'accelerator-system';

/** One installation of the exporter. */
export interface Exporter {
  /** Of its DaemonSet, its Service and its pods' label. */
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** Nodes that have this label get a pod. */
  readonly nodeLabel: { readonly key: string; readonly value?: string };
  readonly args: readonly string[];
}

const LAB_EXPORTER: Exporter = {
  name: 'accelerator-exporter',
  namespace: EXPORTER_NAMESPACE,
  // The port that OpenTelemetry's Prometheus exporters listen on.
  port: 9464,
  nodeLabel: { key: MODEL_LABEL },
  args: [],
};

interface ExporterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/**
 * The metrics exporter as vendors install theirs: a DaemonSet on the nodes that have accelerators, a Service with a port
 * named `metrics`, the annotations by which a Prometheus without operator finds pods. The container sees the node's folder
 * of accelerators and the kubelet's pod resources, nothing else, and no device.
 */
export function exporterObjects(exporter: Exporter = LAB_EXPORTER): readonly ExporterObject[] {
  return [namespaceOf(exporter), daemonSet(exporter), service(exporter)];
}

function labelsOf({ name }: Exporter): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'plimsoll-accelerators' };
}

function namespaceOf({ namespace }: Exporter): ExporterObject {
  // hostPath volumes are privileged in the words of Pod Security.
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } as { name: string } };
}

function service(exporter: Exporter): ExporterObject {
  const { name, namespace, port } = exporter;
  const labels = labelsOf(exporter);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels } as { name: string; namespace: string },
    spec: { selector: labels, ports: [{ name: 'metrics', port, targetPort: 'metrics' }] },
  };
}

function daemonSet(exporter: Exporter): ExporterObject {
  const { name, namespace, port, nodeLabel, args } = exporter;
  const labels = labelsOf(exporter);
  const expression =
    nodeLabel.value === undefined
      ? { key: nodeLabel.key, operator: 'Exists' }
      : { key: nodeLabel.key, operator: 'In', values: [nodeLabel.value] };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels } as { name: string; namespace: string },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          annotations: {
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': String(port),
            'prometheus.io/path': '/metrics',
          },
        },
        spec: {
          automountServiceAccountToken: false,
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [expression] }],
              },
            },
          },
          tolerations: [{ operator: 'Exists' }],
          terminationGracePeriodSeconds: 2,
          containers: [
            {
              name: 'exporter',
              image: EXPORTER_IMAGE,
              imagePullPolicy: 'IfNotPresent',
              args: [`--listen=:${port}`, '--folder=/accelerators', ...args],
              ports: [{ name: 'metrics', containerPort: port }],
              readinessProbe: { httpGet: { path: '/healthz', port: 'metrics' }, periodSeconds: 1 },
              resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
              securityContext: {
                // Root, for the kubelet's socket is root's; but without any of its rights.
                runAsUser: 0,
                capabilities: { drop: ['ALL'] },
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
              },
              volumeMounts: [
                { name: 'accelerators', mountPath: '/accelerators', readOnly: true },
                { name: 'pod-resources', mountPath: '/var/lib/kubelet/pod-resources', readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: 'accelerators', hostPath: { path: FOLDER_IN_NODE, type: 'Directory' } },
            { name: 'pod-resources', hostPath: { path: '/var/lib/kubelet/pod-resources', type: 'Directory' } },
          ],
        },
      },
    },
  };
}
