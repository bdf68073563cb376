import { ApiMissingError, BadRequestError } from './error/api-error.ts';
import { type KindLike, kindRef, type ObjectRef, showRef } from './object.ts';
import type { Resource, Resources } from './resources.ts';

/** `/api/v1` or `/apis/GROUP/VERSION`. */
export function apiRoot(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Path of all objects of a kind, in one namespace or everywhere. */
export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const root = apiRoot(resource.apiVersion);
  if (!resource.namespaced || namespace === undefined) return `${root}/${resource.plural}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`;
}

/** Path of one object, or of a subresource of it. @throws BadRequestError when the namespace is missing */
export function objectPath(resource: Resource, ref: ObjectRef, subresource?: string): string {
  if (resource.namespaced && ref.namespace === undefined) {
    throw new BadRequestError(
      `${showRef(ref)}: ${resource.kind} lives in a namespace and none was given`,
      'name the namespace',
    );
  }
  if (ref.name === '') throw new BadRequestError(`a ${resource.kind} without a name was asked for`, 'name it');
  const path = `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** @throws ApiMissingError that says which versions there are instead */
export function mustServe(resources: Resources, kind: KindLike): Resource {
  const found = resources.find(kind);
  if (found !== undefined) return found;
  const { apiVersion, kind: name } = kindRef(kind);
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const others = resources.versions(group, name).map((resource) => resource.apiVersion);
  const stale = resources.staleGroups.includes(group);
  throw new ApiMissingError(
    `the API server does not serve ${name} in ${apiVersion}${others.length === 0 ? '' : `, only in ${others.join(', ')}`}${stale ? ' (the server behind this group does not answer)' : ''}`,
    stale
      ? `look at the APIService of ${group}: kubectl get apiservices`
      : 'install what brings this API (its CRDs), or use a version that is served',
  );
}
