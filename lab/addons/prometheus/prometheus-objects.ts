import type { KubeObject } from '../../../src/kube/object.ts';
import { NAMESPACE, PROMETHEUS_IMAGE, PROMETHEUS_VERSION } from './names.ts';

const NAME = 'lab';
const ACCOUNT = 'prometheus';
const RBAC = 'rbac.authorization.k8s.io';
const EVERYTHING = {};

/** The namespace, the Prometheus itself and the rights that it scrapes with. */
export function prometheusObjects(): KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace: NAMESPACE } },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'lab:prometheus' },
      rules: [
        {
          apiGroups: [''],
          resources: ['nodes', 'nodes/metrics', 'services', 'endpoints', 'pods'],
          verbs: ['get', 'list', 'watch'],
        },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', 'list', 'watch'] },
        { nonResourceURLs: ['/metrics', '/metrics/cadvisor'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'lab:prometheus' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'lab:prometheus' },
      subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: NAMESPACE }],
    },
    prometheusObject(),
  ];
}

function prometheusObject(): KubeObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: {
      image: PROMETHEUS_IMAGE,
      version: `v${PROMETHEUS_VERSION}`,
      replicas: 1,
      serviceAccountName: ACCOUNT,
      scrapeInterval: '1s',
      scrapeTimeout: '1s',
      evaluationInterval: '1s',
      retention: '2h',
      ...Object.fromEntries(
        ['serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig', 'rule'].flatMap((kind) => [
          [`${kind}Selector`, EVERYTHING],
          [`${kind}NamespaceSelector`, EVERYTHING],
        ]),
      ),
      resources: { requests: { cpu: '10m', memory: '64Mi' } },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65534,
        runAsGroup: 65534,
        fsGroup: 65534,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'config-reloader',
          // The reloader notices only the first change of a mounted Secret at once, later ones when it looks again: by
          // default after three minutes. Its arguments can only be replaced as a whole.
          args: [
            '--listen-address=:8080',
            '--reload-url=http://localhost:9090/-/reload',
            '--config-file=/etc/prometheus/config/prometheus.yaml.gz',
            '--config-envsubst-file=/etc/prometheus/config_out/prometheus.env.yaml',
            `--watched-dir=/etc/prometheus/rules/prometheus-${NAME}-rulefiles-0`,
            '--watch-interval=1s',
          ],
        },
        {
          name: 'prometheus',
          startupProbe: { httpGet: { path: '/-/ready', port: 'web' }, periodSeconds: 1, failureThreshold: 120 },
          readinessProbe: { httpGet: { path: '/-/ready', port: 'web' }, periodSeconds: 1, failureThreshold: 60 },
        },
      ],
    },
  };
}
