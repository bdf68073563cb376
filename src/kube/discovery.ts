import { BadRequestError } from './error/api-error.ts';
import { isObject, type KindLike, kindRef, objectsOf, textOf, textsOf } from './object.ts';
import type { Resource, Resources } from './resources.ts';

/** The Accept header of aggregated discovery (stable since Kubernetes 1.30): two requests tell everything. */
export const DISCOVERY_ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

type Json = Record<string, unknown>;

/**
 * What the answers of `/api` and `/apis` say together.
 * @param answers bodies of type APIGroupDiscoveryList (apidiscovery.k8s.io/v2)
 * @throws BadRequestError when it is something else
 */
export function readDiscovery(answers: readonly unknown[]): Resources {
  const groups: string[] = [];
  const staleGroups: string[] = [];
  const all: Resource[] = [];
  for (const answer of answers) {
    if (!isObject(answer) || answer['kind'] !== 'APIGroupDiscoveryList') {
      throw new BadRequestError(
        'the API server does not answer aggregated discovery',
        'use Kubernetes 1.30 or newer; if a proxy stands before it, let it pass the Accept header',
      );
    }
    for (const group of objectsOf(answer['items'])) readGroup(group, groups, staleGroups, all);
  }
  return new ServedResources(all, groups, staleGroups);
}

function readGroup(group: Json, groups: string[], staleGroups: string[], all: Resource[]): void {
  const name = textOf(isObject(group['metadata']) ? group['metadata']['name'] : undefined);
  groups.push(name);
  for (const [index, version] of objectsOf(group['versions']).entries()) {
    const stale = version['freshness'] === 'Stale';
    if (stale && !staleGroups.includes(name)) staleGroups.push(name);
    for (const resource of objectsOf(version['resources'])) {
      all.push(readResource(resource, name, textOf(version['version']), index === 0, stale));
    }
  }
}

function readResource(resource: Json, group: string, version: string, preferred: boolean, stale: boolean): Resource {
  const kind = isObject(resource['responseKind']) ? resource['responseKind'] : {};
  return {
    group,
    version,
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind: textOf(kind['kind']),
    plural: textOf(resource['resource']),
    singular: textOf(resource['singularResource']),
    namespaced: resource['scope'] === 'Namespaced',
    shortNames: textsOf(resource['shortNames']),
    verbs: textsOf(resource['verbs']),
    categories: textsOf(resource['categories']),
    subresources: objectsOf(resource['subresources']).map((sub) => ({
      name: textOf(sub['subresource']),
      kind: textOf(isObject(sub['responseKind']) ? sub['responseKind']['kind'] : undefined),
      verbs: textsOf(sub['verbs']),
    })),
    preferred,
    stale,
  };
}

class ServedResources implements Resources {
  readonly all: readonly Resource[];
  readonly groups: readonly string[];
  readonly staleGroups: readonly string[];
  readonly #byKind: Map<string, Resource>;

  constructor(all: Resource[], groups: string[], staleGroups: string[]) {
    this.all = all;
    this.groups = groups;
    this.staleGroups = staleGroups;
    this.#byKind = new Map(all.map((resource) => [`${resource.apiVersion}/${resource.kind}`, resource]));
  }

  find(kind: KindLike): Resource | undefined {
    const { apiVersion, kind: name } = kindRef(kind);
    return this.#byKind.get(`${apiVersion}/${name}`);
  }

  versions(group: string, kind: string): readonly Resource[] {
    // Discovery names versions in the server's order of preference.
    return this.all.filter((resource) => resource.group === group && resource.kind === kind);
  }

  preferred(group: string, kind: string): Resource | undefined {
    return this.versions(group, kind)[0];
  }

  byPlural(group: string, plural: string): Resource | undefined {
    return this.all.find((resource) => resource.group === group && resource.plural === plural);
  }
}
