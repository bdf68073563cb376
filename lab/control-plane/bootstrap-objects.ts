/** An object and the path that it is applied to. */
export interface PlacedObject {
  readonly path: string;
  readonly object: Readonly<Record<string, unknown>>;
}

const RBAC = 'rbac.authorization.k8s.io';

/** What every lab needs in its API server: the API server may talk to kubelets, kube-proxies may watch services. */
export function bootstrapObjects(): PlacedObject[] {
  return [
    clusterRoleBinding('lab:kubelet-api-admin', 'system:kubelet-api-admin', 'kube-apiserver-kubelet-client'),
    clusterRoleBinding('lab:node-proxier', 'system:node-proxier', 'system:kube-proxy'),
  ];
}

function clusterRoleBinding(name: string, role: string, user: string): PlacedObject {
  return {
    path: `/apis/${RBAC}/v1/clusterrolebindings/${name}`,
    object: {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
    },
  };
}
