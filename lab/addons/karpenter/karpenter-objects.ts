import type { KubeObject } from '../../../src/kube/object.ts';
import { SOCKET_FOLDER_IN_NODE, SOCKET_NAME } from '../../provider/provider-folder.ts';

export const NAMESPACE = 'karpenter';
const NAME = 'karpenter';
const LABELS = { 'app.kubernetes.io/name': NAME };
const RBAC = 'rbac.authorization.k8s.io';
const METADATA = { name: NAME, namespace: NAMESPACE, labels: LABELS };
const SOCKET_FOLDER = '/run/provider';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'patch', 'update'];

/** What Karpenter reads and writes; upstream's chart has the same as templates, which only Helm can read. */
const RULES = [
  { apiGroups: ['karpenter.sh'], resources: ['*'], verbs: [...READ, ...WRITE] },
  { apiGroups: ['karpenter.kwok.sh'], resources: ['*'], verbs: [...READ, 'patch', 'update'] },
  {
    apiGroups: [''],
    resources: ['pods', 'persistentvolumes', 'persistentvolumeclaims', 'replicationcontrollers', 'namespaces'],
    verbs: READ,
  },
  { apiGroups: [''], resources: ['podtemplates'], verbs: READ },
  { apiGroups: [''], resources: ['nodes'], verbs: [...READ, ...WRITE] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses', 'csinodes', 'volumeattachments'], verbs: READ },
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], verbs: READ },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: READ },
  { apiGroups: ['autoscaling.x-k8s.io'], resources: ['*'], verbs: [...READ, 'patch', 'update'] },
  {
    apiGroups: ['resource.k8s.io'],
    resources: ['resourceclaims', 'resourceslices', 'deviceclasses', 'resourceclaimtemplates'],
    verbs: READ,
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: READ },
];

export function permissions(): KubeObject[] {
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: METADATA },
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: NAME, labels: LABELS }, rules: RULES },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: NAME, labels: LABELS },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: NAME },
      subjects,
    },
  ];
}

/** Quick rather than thrifty, as everything in the lab: pods are looked at 0.2 s after the last one came. */
const ENVIRONMENT = {
  KARPENTER_SERVICE: NAME,
  DISABLE_LEADER_ELECTION: 'true',
  BATCH_IDLE_DURATION: '200ms',
  BATCH_MAX_DURATION: '1s',
  // Off in Karpenter by default while DRA is new there: without it a pod with a claim never gets a node.
  IGNORE_DRA_REQUESTS: 'false',
  LOG_LEVEL: 'info',
  LAB_PROVIDER_SOCKET: `${SOCKET_FOLDER}/${SOCKET_NAME}`,
};

export function karpenterDeployment(image: string): KubeObject {
  const probe = (path: string, more: object): object => ({ httpGet: { path, port: 8081 }, ...more });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: METADATA,
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          terminationGracePeriodSeconds: 1,
          // Not on nodes of its own, which it would remove under itself.
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'karpenter.sh/nodepool', operator: 'DoesNotExist' }] }],
              },
            },
          },
          containers: [
            {
              name: 'controller',
              image,
              env: [
                ...Object.entries(ENVIRONMENT).map(([name, value]) => ({ name, value })),
                { name: 'SYSTEM_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              ],
              readinessProbe: probe('/readyz', { periodSeconds: 1, failureThreshold: 60 }),
              livenessProbe: probe('/healthz', { initialDelaySeconds: 60, periodSeconds: 20, failureThreshold: 10 }),
              resources: { requests: { cpu: '10m', memory: '64Mi' } },
              securityContext: {
                runAsNonRoot: true,
                readOnlyRootFilesystem: true,
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [{ name: 'provider', mountPath: SOCKET_FOLDER }],
            },
          ],
          volumes: [{ name: 'provider', hostPath: { path: SOCKET_FOLDER_IN_NODE, type: 'Directory' } }],
        },
      },
    },
  };
}
