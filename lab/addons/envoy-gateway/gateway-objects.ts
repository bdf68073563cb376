import { stringify } from 'yaml';
import type { KubeObject } from '../../../src/kube/object.ts';

export const VERSION = '1.9.1';
export const GATEWAY_IMAGE = `docker.io/envoyproxy/gateway:v${VERSION}`;
export const ENVOY_VERSION = '1.40.0';
export const ENVOY_IMAGE = `docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION}`;
export const NAMESPACE = 'envoy-gateway-system';
export const CLASS = 'envoy-gateway';
const NAME = 'envoy-gateway';
const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller';
const OWN_API = 'gateway.envoyproxy.io/v1alpha1';
const LABELS = { 'control-plane': NAME };
const PORTS = [
  { name: 'grpc', port: 18000, targetPort: 18000 },
  { name: 'ratelimit', port: 18001, targetPort: 18001 },
  { name: 'wasm', port: 18002, targetPort: 18002 },
  { name: 'metrics', port: 19001, targetPort: 19001 },
];
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  seccompProfile: { type: 'RuntimeDefault' },
};
const QUICK = { periodSeconds: 1, failureThreshold: 60 };

/**
 * What the module's Helm chart would make, for the lab: its templates need Helm's engine. Certificates by its own Job, proxies behind
 * Services of type ClusterIP (nothing hands out load balancers), no leader election, quick probes. One difference: it may do
 * everything, where the chart has a long list of rules.
 */
export function gatewayObjects(): KubeObject[] {
  const metadata = { name: NAME, namespace: NAMESPACE };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `lab:${NAME}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'envoy-gateway-config', namespace: NAMESPACE },
      data: { 'envoy-gateway.yaml': stringify(configuration()) },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: LABELS, ports: PORTS } },
    certificates(),
    deployment(),
    proxies(),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: CLASS },
      spec: {
        controllerName: CONTROLLER,
        parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: 'lab', namespace: NAMESPACE },
      },
    },
  ];
}

function configuration(): Record<string, unknown> {
  return {
    apiVersion: OWN_API,
    kind: 'EnvoyGateway',
    gateway: { controllerName: CONTROLLER },
    logging: { level: { default: 'info' } },
    provider: {
      type: 'Kubernetes',
      kubernetes: { leaderElection: { disable: true }, shutdownManager: { image: GATEWAY_IMAGE } },
    },
  };
}

/** Makes the certificates by which the proxies and the controller know each other, as Secrets. */
function certificates(): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${NAME}-certgen`, namespace: NAMESPACE },
    spec: {
      backoffLimit: 3,
      template: {
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: NAME,
          containers: [
            {
              name: 'certgen',
              image: GATEWAY_IMAGE,
              command: ['envoy-gateway', 'certgen'],
              args: ['--disable-topology-injector'],
              env: environment(),
              securityContext: RESTRICTED,
            },
          ],
        },
      },
    },
  };
}

function deployment(): KubeObject {
  const probe = (path: string): Record<string, unknown> => ({ httpGet: { path, port: 8081 }, ...QUICK });
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
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: NAME,
              image: GATEWAY_IMAGE,
              command: ['envoy-gateway'],
              args: ['server', '--config-path=/config/envoy-gateway.yaml'],
              env: environment(),
              ports: PORTS.map(({ name, port }) => ({ name, containerPort: port })),
              readinessProbe: probe('/readyz'),
              startupProbe: probe('/healthz'),
              resources: { requests: { cpu: '10m', memory: '64Mi' } },
              securityContext: RESTRICTED,
              volumeMounts: [
                { name: 'config', mountPath: '/config', readOnly: true },
                { name: 'certs', mountPath: '/certs', readOnly: true },
                { name: 'wasm-cache', mountPath: '/var/lib/eg/wasm' },
              ],
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: 'envoy-gateway-config' } },
            { name: 'certs', secret: { secretName: NAME } },
            { name: 'wasm-cache', emptyDir: {} },
          ],
        },
      },
    },
  };
}

/** How the proxies of every Gateway are run: the lab's image, requests that fit a small machine, probes every second. */
function proxies(): KubeObject {
  const small = { requests: { cpu: '10m', memory: '64Mi' } };
  const container = (name: string): Record<string, unknown> => ({
    name,
    startupProbe: QUICK,
    readinessProbe: { periodSeconds: 1 },
  });
  return {
    apiVersion: OWN_API,
    kind: 'EnvoyProxy',
    metadata: { name: 'lab', namespace: NAMESPACE },
    spec: {
      shutdown: { drainTimeout: '1s', minDrainDuration: '0s' },
      provider: {
        type: 'Kubernetes',
        kubernetes: {
          envoyService: { type: 'ClusterIP' },
          envoyDeployment: {
            container: { image: ENVOY_IMAGE, resources: small },
            patch: {
              type: 'StrategicMerge',
              value: {
                spec: { template: { spec: { containers: [container('envoy'), container('shutdown-manager')] } } },
              },
            },
          },
        },
      },
    },
  };
}

function environment(): Record<string, unknown>[] {
  return [
    { name: 'ENVOY_GATEWAY_NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } },
  ];
}
