import { isObject, type KubeObject } from '../kube/object.ts';
import type { Resources } from '../kube/resources.ts';
import { fits, type SolutionRole, type SolutionRow, type Tables } from './tables.ts';
import { text } from './text.ts';

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
  /** All that it needs is served, and the controller that does its work has a ready replica. Undefined: that is not known. */
  readonly ready?: boolean;
  /** Why it is not ready. */
  readonly why?: string;
}

interface Workload {
  readonly controller: Controller;
  readonly images: readonly string[];
  readonly args: readonly string[];
}

/**
 * Solutions of the tables whose API kinds are all served, or (for those without kinds of their own) whose controller runs; and `partial`,
 * of which a part is there: a controller without its kinds, or some of the kinds.
 * `workloads`: Deployments, StatefulSets of the cluster.
 */
export function findSolutions(resources: Resources, workloads: readonly KubeObject[], tables: Tables): SolutionFound[] {
  return allSolutions(resources, workloads, tables).filter(isWhole);
}

/** Of which something is there, and not what it needs. */
export function partialSolutions(
  resources: Resources,
  workloads: readonly KubeObject[],
  tables: Tables,
): SolutionFound[] {
  return allSolutions(resources, workloads, tables).filter((one) => !isWhole(one));
}

function isWhole({ apis, controllers }: SolutionFound): boolean {
  const versions = Object.values(apis);
  return versions.length > 0 ? versions.every((served) => served.length > 0) : controllers.length > 0;
}

function allSolutions(resources: Resources, objects: readonly KubeObject[], tables: Tables): SolutionFound[] {
  const workloads = objects.map(workloadOf);
  return tables.solutions.flatMap((row) => {
    const apis = Object.fromEntries(
      row.apis.map((api) => {
        const cut = api.indexOf('/');
        return [api, resources.versions(api.slice(0, cut), api.slice(cut + 1)).map((resource) => resource.version)];
      }),
    );
    const own = workloads.filter((workload) => isOf(row, workload));
    const running = own.map(({ controller }) => controller);
    if (running.length === 0 && Object.values(apis).every((versions) => versions.length === 0)) return [];
    const found = {
      id: row.id,
      title: row.title,
      role: row.role,
      supported: row.supported === true,
      apis,
      controllers: running,
    };
    return [{ ...found, ...readinessOf(row, found, objects.length > 0) }];
  });
}

/** By its name, in its namespace where the pattern has one; or by an image. Arguments tell Cluster Autoscaler whatever it is called. */
function isOf(row: SolutionRow, { controller, images, args }: Workload): boolean {
  const { namespace, name } = controller;
  if (row.controllers.some((pattern) => fits(pattern, pattern.includes('/') ? `${namespace}/${name}` : name)))
    return true;
  if ((row.images ?? []).some((pattern) => images.some((image) => fits(pattern, image)))) return true;
  const isScaling =
    args.some((one) => /^--?cloud-provider(=|$)/.test(one)) &&
    args.some((one) => /^--?(nodes|node-group-auto-discovery)(=|$)/.test(one));
  return row.id === 'cluster-autoscaler' && isScaling;
}

function readinessOf(
  row: SolutionRow,
  { apis, controllers }: Pick<SolutionFound, 'apis' | 'controllers'>,
  areControllersRead: boolean,
): Pick<SolutionFound, 'ready' | 'why'> {
  const missing = Object.entries(apis).flatMap(([api, versions]) => (versions.length === 0 ? [api] : []));
  if (missing.length > 0) return { ready: false, why: `${missing.join(', ')} is not served` };
  const { needs } = row;
  const working = needs === undefined ? controllers : controllers.filter(({ name }) => fits(needs, name));
  if (working.some(({ ready }) => ready > 0) || row.controllers.length === 0) return { ready: true };
  if (working.length > 0)
    return {
      ready: false,
      why: `${working.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')} has no ready replica`,
    };
  return areControllersRead ? { ready: false, why: 'no controller of it was found' } : {};
}

function workloadOf(object: KubeObject): Workload {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const template = isObject(spec['template']) && isObject(spec['template']['spec']) ? spec['template']['spec'] : {};
  const containers = Array.isArray(template['containers']) ? template['containers'].filter(isObject) : [];
  return {
    controller: controllerOf(object),
    images: containers.map((one) => text(one['image'])),
    args: containers.flatMap((one) => (Array.isArray(one['args']) ? one['args'].map(text) : [])),
  };
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

/** Groups that are part of Kubernetes, or are known by a row. */
const BUILT_IN = /^$|(^|\.)k8s\.io$|^(apps|batch|autoscaling|policy|extensions)$/;
const CONTROLLER = /operator|controller|autoscaler|adapter|scheduler|-manager$|-manager-|webhook/;

/** Controllers and API groups that no row names, by the only name that there is: somebody may know them. */
export function othersByName(
  resources: Resources,
  objects: readonly KubeObject[],
  solutions: readonly SolutionFound[],
): string[] {
  const known = new Set(
    solutions.flatMap(({ apis }) =>
      Object.entries(apis).flatMap(([api, served]) => (served.length > 0 ? [api.slice(0, api.indexOf('/'))] : [])),
    ),
  );
  const groups = resources.groups.filter((group) => !BUILT_IN.test(group) && !known.has(group));
  const named = new Set(
    solutions.flatMap(({ controllers }) => controllers.map((one) => `${one.namespace}/${one.name}`)),
  );
  const controllers = objects
    .map(controllerOf)
    .filter(({ namespace, name }) => CONTROLLER.test(name) && !named.has(`${namespace}/${name}`))
    .map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  return [...groups.map((group) => `API group ${group}`), ...controllers].toSorted();
}
