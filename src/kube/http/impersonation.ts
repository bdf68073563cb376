/** Impersonation headers of the Kubernetes API (kubeconfig: as, as-uid, as-groups, as-user-extra). */
export interface Impersonation {
  user: string;
  uid?: string;
  groups?: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}
