import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import type { LabApi } from '../api/lab-api.ts';
import { DNS_SERVICE } from '../network/addresses.ts';
import type { PlacedObject } from './bootstrap-objects.ts';

const RBAC = 'rbac.authorization.k8s.io';
const NAME = 'coredns';
const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };
export const COREDNS_IMAGE = 'registry.k8s.io/coredns/coredns:v1.15.0';

/** The cluster's DNS. Nothing is forwarded: there is nobody outside to ask. */
function corefile(dnsDomain: string): string {
  return `.:53 {
    errors
    health {
        lameduck 1s
    }
    ready
    kubernetes ${dnsDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
    }
    prometheus :9153
    cache 5
    loop
    reload
    loadbalance
}
`;
}

/** @param tolerations for taints beside those that keep ordinary pods away (NoSchedule), all of which it tolerates */
export async function applyCoreDns(
  api: LabApi,
  dnsDomain: string,
  tolerations: readonly Readonly<Record<string, string>>[] = [],
): Promise<void> {
  for (const { path, object } of coreDnsObjects(dnsDomain, tolerations)) await api.apply(path, object);
}

/**
 * Waits until CoreDNS answers.
 * @throws PlimsollError `lab-dns` with what its Deployment last said.
 */
export async function coreDnsAvailable(api: LabApi, withinMs: number, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([AbortSignal.timeout(withinMs), signal]);
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments?fieldSelector=metadata.name=${NAME}`;
  let last = 'nothing';
  while (!deadline.aborted) {
    try {
      for await (const { object } of api.watch(path, deadline)) {
        const { status } = object as { status?: { availableReplicas?: number; conditions?: { message?: string }[] } };
        if ((status?.availableReplicas ?? 0) > 0) return;
        last = status?.conditions?.map(({ message }) => message).join('; ') ?? last;
      }
    } catch (error) {
      if (deadline.aborted) break;
      last = `the watch of it broke off: ${String(error)}`;
    }
    // A busy API server ends a young watch; it is begun anew, until the deadline.
    await delay(100);
  }
  signal.throwIfAborted();
  throw new PlimsollError(
    'lab-dns',
    `CoreDNS was not available within ${withinMs / 1000} s; its Deployment said: ${last}`,
    'The logs of kubelets and containerd tell more, and `kubectl -n kube-system describe pod -l k8s-app=kube-dns` while it starts.',
    { exitCode: EXIT.unreachable },
  );
}

/** The objects of CoreDNS; `path` is where each is applied. */
function coreDnsObjects(dnsDomain: string, tolerations: readonly unknown[]): PlacedObject[] {
  const metadata = { name: NAME, namespace: NAMESPACE, labels: LABELS };
  return [
    {
      path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${NAME}`,
      object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    },
    {
      path: `/apis/${RBAC}/v1/clusterroles/system:coredns`,
      object: {
        apiVersion: `${RBAC}/v1`,
        kind: 'ClusterRole',
        metadata: { name: 'system:coredns' },
        rules: [
          { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        ],
      },
    },
    {
      path: `/apis/${RBAC}/v1/clusterrolebindings/system:coredns`,
      object: {
        apiVersion: `${RBAC}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'system:coredns' },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'system:coredns' },
        subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
      },
    },
    {
      path: `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAME}`,
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile(dnsDomain) } },
    },
    {
      path: `/api/v1/namespaces/${NAMESPACE}/services/kube-dns`,
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...metadata, name: 'kube-dns' },
        spec: {
          clusterIP: DNS_SERVICE,
          selector: LABELS,
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
            { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
            { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
          ],
        },
      },
    },
    { path: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${NAME}`, object: deployment(metadata, tolerations) },
  ];
}

function deployment(
  metadata: Readonly<Record<string, unknown>>,
  tolerations: readonly unknown[],
): Record<string, unknown> {
  const probe = (path: string, port: number): Record<string, unknown> => ({
    httpGet: { path, port },
    periodSeconds: 1,
    timeoutSeconds: 3,
    failureThreshold: 10,
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          priorityClassName: 'system-cluster-critical',
          // Taints of the lab's nodes are for tests; they must not leave the cluster without DNS.
          tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }, ...tolerations],
          dnsPolicy: 'Default',
          containers: [
            {
              name: NAME,
              image: COREDNS_IMAGE,
              args: ['-conf', '/etc/coredns/Corefile'],
              resources: { requests: { cpu: '10m', memory: '30Mi' }, limits: { memory: '200Mi' } },
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
              readinessProbe: probe('/ready', 8181),
              livenessProbe: { ...probe('/health', 8080), periodSeconds: 10 },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
          volumes: [{ name: 'config', configMap: { name: NAME } }],
        },
      },
    },
  };
}
