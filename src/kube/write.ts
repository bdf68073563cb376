import type { ApplyOptions, PatchOptions, RemoveOptions, WriteOptions } from './cluster.ts';
import type { RawRequest } from './http/request.ts';
import type { KubeObject } from './object.ts';

const MANAGER = 'plimsoll';

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

type Query = Record<string, string | boolean | undefined>;
type Part = Pick<RawRequest, 'method' | 'query' | 'contentType' | 'body'>;

export function writeQuery(options: WriteOptions): Query {
  return {
    fieldManager: options.manager ?? MANAGER,
    fieldValidation: options.fieldValidation,
    dryRun: options.dryRun === true ? 'All' : undefined,
  };
}

/** Server-side apply: a PATCH of its own content type; JSON is YAML, so the object goes as it is. */
export function applyRequest(object: KubeObject, options: ApplyOptions): Part {
  return {
    method: 'PATCH',
    contentType: 'application/apply-patch+yaml',
    query: { ...writeQuery(options), force: options.force === true || undefined },
    // managedFields must not be sent back, or the API server refuses an object that was read before.
    body: JSON.stringify({ ...object, metadata: { ...object.metadata, managedFields: undefined } }),
  };
}

export function patchRequest(patch: unknown, options: PatchOptions): Part {
  return {
    method: 'PATCH',
    contentType: PATCH_TYPES[options.type ?? 'merge'],
    query: writeQuery(options),
    body: JSON.stringify(patch),
  };
}

export function deleteRequest(options: RemoveOptions): Part {
  const preconditions = { uid: options.uid, resourceVersion: options.resourceVersion };
  return {
    method: 'DELETE',
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: options.propagation,
      gracePeriodSeconds: options.gracePeriodSeconds,
      dryRun: options.dryRun === true ? ['All'] : undefined,
      ...(options.uid === undefined && options.resourceVersion === undefined ? {} : { preconditions }),
    },
  };
}
