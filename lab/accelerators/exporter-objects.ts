import { FOLDER_IN_NODE, MODEL_LABEL } from './accelerator.ts';

/** Name that the exporter's image has in the lab's registry. */
export const EXPORTER_IMAGE = 'lab.plimsoll.dev/accelerator-exporter:v1';
export const EXPORTER_NAMESPACE = 'accelerator-system';
/** Port that OpenTelemetry's Prometheus exporters listen on. */
const PORT = 9464;
const NAME = 'accelerator-exporter';
const LABELS = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': 'plimsoll-accelerators' };

/**
 * The metrics exporter as vendors install theirs: a DaemonSet on the nodes that have accelerators, a Service with a port
 * named `metrics`, the annotations by which a Prometheus without operator finds pods. The container sees the node's folder
 * of accelerators and the kubelet's pod resources, nothing else, and no device.
 */
export function exporterObjects(): readonly Readonly<Record<string, unknown>>[] {
  return [namespace(), daemonSet(), service()];
}

function namespace(): Readonly<Record<string, unknown>> {
  // hostPath volumes are privileged in the words of Pod Security.
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: EXPORTER_NAMESPACE, labels } };
}

function service(): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: EXPORTER_NAMESPACE, labels: LABELS },
    spec: { selector: LABELS, ports: [{ name: 'metrics', port: PORT, targetPort: 'metrics' }] },
  };
}

function daemonSet(): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: NAME, namespace: EXPORTER_NAMESPACE, labels: LABELS },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: {
          labels: LABELS,
          annotations: {
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': String(PORT),
            'prometheus.io/path': '/metrics',
          },
        },
        spec: {
          automountServiceAccountToken: false,
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: MODEL_LABEL, operator: 'Exists' }] }],
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
              args: [`--listen=:${PORT}`, '--folder=/accelerators'],
              ports: [{ name: 'metrics', containerPort: PORT }],
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
