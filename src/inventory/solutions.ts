import { isObject, type KubeObject } from '../kube/object.ts';
import type { Resources } from '../kube/resources.ts';
import { fits, type SolutionRole, type Tables } from './tables.ts';

export interface Controller {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** A solution of which something was found. Presence is not function: cases show whether it works. */
export interface SolutionFound {
  readonly id: string;
  readonly title: string;
  readonly role: SolutionRole;
  /** This tool can drive it. */
  readonly supported: boolean;
  /** `group/Kind` -> served versions, the preferred one first. */
  readonly apis: Readonly<Record<string, readonly string[]>>;
  readonly controllers: readonly Controller[];
}

/**
 * Solutions of the tables whose API kinds are all served, or (for those without kinds of their own) whose controller runs.
 * `workloads`: Deployments, StatefulSets of the cluster.
 */
export function findSolutions(resources: Resources, workloads: readonly KubeObject[], tables: Tables): SolutionFound[] {
  const controllers = workloads.map(controllerOf);
  return tables.solutions.flatMap((row) => {
    const apis = Object.fromEntries(
      row.apis.map((api) => {
        const cut = api.indexOf('/');
        return [api, resources.versions(api.slice(0, cut), api.slice(cut + 1)).map((resource) => resource.version)];
      }),
    );
    const running = controllers.filter((controller) =>
      row.controllers.some((pattern) => fits(pattern, controller.name)),
    );
    const served = row.apis.length > 0 && Object.values(apis).every((versions) => versions.length > 0);
    if (!served && (row.apis.length > 0 || running.length === 0)) return [];
    return [
      { id: row.id, title: row.title, role: row.role, supported: row.supported === true, apis, controllers: running },
    ];
  });
}

/** What a Deployment or StatefulSet says of itself. */
export function controllerOf(object: KubeObject): Controller {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const status = isObject(object['status']) ? object['status'] : {};
  return {
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name ?? '',
    ready: Number(status['readyReplicas'] ?? 0),
    wanted: Number(spec['replicas'] ?? 1),
  };
}
