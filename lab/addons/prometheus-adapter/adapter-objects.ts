import { stringify } from 'yaml';
import type { KubeObject } from '../../../src/kube/object.ts';
import { NAMESPACE as MONITORING, PROMETHEUS_SERVICE } from '../prometheus/names.ts';

export const VERSION = '0.12.0';
export const IMAGE = `registry.k8s.io/prometheus-adapter/prometheus-adapter:v${VERSION}`;
export const NAME = 'prometheus-adapter';
export const NAMESPACE = MONITORING;
const RBAC = 'rbac.authorization.k8s.io';
const LABELS = { 'app.kubernetes.io/name': NAME };
const PORT = 6443;

/** Every series that says which object of a namespace it is about can be asked for, by its own name, summed up. */
const RULES = {
  rules: [
    {
      seriesQuery: '{namespace!="",__name__!~"^(container_|kube_|scrape_|up$).*"}',
      resources: {
        overrides: {
          namespace: { resource: 'namespace' },
          pod: { resource: 'pod' },
          service: { resource: 'service' },
          node: { resource: 'node' },
        },
      },
      name: { matches: '', as: '' },
      metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
    },
  ],
};

/** The module's own manifests are for another namespace, another API and a minute's delay; these are the lab's. */
export function adapterObjects(): KubeObject[] {
  const metadata = { name: NAME, namespace: NAMESPACE, labels: LABELS };
  const account = { kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': stringify(RULES) } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: LABELS, ports: [{ name: 'https', port: 443, targetPort: PORT }] },
    },
    deployment(),
    clusterRole('lab:custom-metrics-resources', [
      {
        apiGroups: [''],
        resources: ['namespaces', 'pods', 'services', 'nodes', 'configmaps'],
        verbs: ['get', 'list', 'watch'],
      },
    ]),
    clusterRole('lab:custom-metrics-reader', [
      { apiGroups: ['custom.metrics.k8s.io'], resources: ['*'], verbs: ['*'] },
    ]),
    clusterBinding('lab:custom-metrics-resources', 'lab:custom-metrics-resources', account),
    clusterBinding('lab:custom-metrics-auth-delegator', 'system:auth-delegator', account),
    clusterBinding('lab:custom-metrics-hpa', 'lab:custom-metrics-reader', {
      kind: 'ServiceAccount',
      name: 'horizontal-pod-autoscaler',
      namespace: 'kube-system',
    }),
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'lab:custom-metrics-auth-reader', namespace: 'kube-system' },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'extension-apiserver-authentication-reader' },
      subjects: [account],
    },
    ...['v1beta1', 'v1beta2'].map(
      (version): KubeObject => ({
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: `${version}.custom.metrics.k8s.io` },
        spec: {
          group: 'custom.metrics.k8s.io',
          version,
          groupPriorityMinimum: 100,
          versionPriority: version === 'v1beta1' ? 100 : 200,
          insecureSkipTLSVerify: true,
          service: { name: NAME, namespace: NAMESPACE },
        },
      }),
    ),
  ];
}

function deployment(): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: NAME,
              image: IMAGE,
              args: [
                `--secure-port=${PORT}`,
                '--cert-dir=/tmp/cert',
                '--config=/etc/adapter/config.yaml',
                `--prometheus-url=http://${PROMETHEUS_SERVICE}.${MONITORING}.svc:9090/`,
                // A series that appears can be asked for within two seconds, one that ended is gone within thirty.
                '--metrics-relist-interval=2s',
                '--metrics-max-age=30s',
              ],
              ports: [{ name: 'https', containerPort: PORT }],
              readinessProbe: {
                httpGet: { scheme: 'HTTPS', path: '/readyz', port: 'https' },
                periodSeconds: 1,
                failureThreshold: 60,
              },
              resources: { requests: { cpu: '10m', memory: '64Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/adapter', readOnly: true },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: NAME } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    },
  };
}

function clusterRole(name: string, rules: readonly Readonly<Record<string, readonly string[]>>[]): KubeObject {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function clusterBinding(name: string, role: string, subject: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}
