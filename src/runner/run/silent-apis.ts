import type { Resources } from '../../kube/resources.ts';

/** Aggregated APIs that are down before the run begins: the namespaces that it will make could not be removed again. */
export function silentApis(resources: Resources): { message: string; remedy: string }[] {
  return resources.staleGroups.map((group) => ({
    message: `the aggregated API ${group} does not answer: while it does not, no namespace of this cluster can be deleted, and those of this run will stay behind`,
    remedy: `See kubectl get apiservices (those of ${group}) and the service behind it; bring it back or delete the APIService`,
  }));
}
