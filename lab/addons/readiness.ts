import type { KubeObject } from '../../src/kube/object.ts';
import type { Readiness } from './addon.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A Deployment all of whose replicas of the newest template are available. */
export function deploymentReady(namespace: string, name: string): Readiness {
  return { ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, missing: replicasMissing };
}

/** A StatefulSet all of whose replicas are ready. */
export function statefulSetReady(namespace: string, name: string): Readiness {
  return { ref: { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name }, missing: replicasMissing };
}

/** An APIService whose server, in the pods of that namespace, answers. */
export function apiServiceReady(namespace: string, name: string): Readiness {
  return { ...conditionReady('apiregistration.k8s.io/v1', 'APIService', name, 'Available'), podsIn: namespace };
}

/** A cluster-scoped object with a condition that is True. */
export function conditionReady(apiVersion: string, kind: string, name: string, condition: string): Readiness {
  return { ref: { apiVersion, kind, name }, missing: (object) => conditionMissing(object, condition) };
}

/** What a condition lacks to be True for the object's present generation. */
export function conditionMissing(object: KubeObject, type: string): string | undefined {
  const conditions = (object['status'] as { conditions?: (Condition & { observedGeneration?: number })[] } | undefined)
    ?.conditions;
  const found = conditions?.find((condition) => condition.type === type);
  if (!found) return `no condition ${type} yet`;
  if (found.observedGeneration !== undefined && found.observedGeneration < (object.metadata.generation ?? 0)) {
    return `condition ${type} is of an older generation`;
  }
  if (found.status === 'True') return undefined;
  return `${type}=${found.status}${found.reason ? ` (${found.reason}${found.message ? `: ${found.message}` : ''})` : ''}`;
}

function replicasMissing(object: KubeObject): string | undefined {
  const spec = object['spec'] as { replicas?: number } | undefined;
  const status = (object['status'] ?? {}) as {
    observedGeneration?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    conditions?: Condition[];
  };
  const wanted = spec?.replicas ?? 1;
  if ((status.observedGeneration ?? 0) < (object.metadata.generation ?? 0)) return 'its controller has not seen it yet';
  const count = Math.min(status.updatedReplicas ?? 0, status.readyReplicas ?? 0, status.availableReplicas ?? 0);
  if (count >= wanted) return undefined;
  const said = status.conditions?.filter(({ status: state, message }) => state !== 'True' && message).at(-1)?.message;
  return `${count} of ${wanted} replicas available${said ? `: ${said}` : ''}`;
}
