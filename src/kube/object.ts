/** Any JSON value, as it came from the API server. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The part of `metadata` that every object has; every other field is kept as it came. */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  [field: string]: unknown;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/**
 * A Kubernetes object as plain JSON: fields that this program has never heard of survive reading and writing.
 * Objects in a list or a watch always carry `apiVersion` and `kind` (the API server leaves them out of built-in lists).
 */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** A kind of object: `'v1/Pod'`, `'apps/v1/Deployment'`, `'kueue.x-k8s.io/v1beta2/Workload'`. */
export type KindName = `${string}/${string}`;

export interface KindRef {
  apiVersion: string;
  kind: string;
}

export type KindLike = KindName | KindRef;

/** Names one object. `namespace` is left out for cluster-scoped kinds. */
export interface ObjectRef extends KindRef {
  name: string;
  namespace?: string;
  uid?: string;
}

/** `'apps/v1/Deployment'` -> `{ apiVersion: 'apps/v1', kind: 'Deployment' }`. */
export function kindRef(kind: KindLike): KindRef {
  if (typeof kind !== 'string') return { apiVersion: kind.apiVersion, kind: kind.kind };
  const cut = kind.lastIndexOf('/');
  return { apiVersion: kind.slice(0, cut), kind: kind.slice(cut + 1) };
}

/** `{ apiVersion: 'apps/v1', kind: 'Deployment' }` -> `'apps/v1/Deployment'`. */
export function kindName(kind: KindLike): KindName {
  return typeof kind === 'string' ? kind : `${kind.apiVersion}/${kind.kind}`;
}

/** The API group of an apiVersion; the core group is `''`. */
export function groupOf(apiVersion: string): string {
  const cut = apiVersion.indexOf('/');
  return cut < 0 ? '' : apiVersion.slice(0, cut);
}

/** The reference to an object that the API server answered (with its uid). */
export function refOf(object: KubeObject): ObjectRef {
  const { name = '', namespace, uid } = object.metadata;
  const ref: ObjectRef = { apiVersion: object.apiVersion, kind: object.kind, name };
  if (namespace !== undefined) ref.namespace = namespace;
  if (uid !== undefined) ref.uid = uid;
  return ref;
}

/** `Pod default/web` or `Node worker-1`: how messages to people name an object. */
export function showRef(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text in a field that should hold one, else `''`. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts in a field that should hold a list of them. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The objects in a field that should hold a list of them. */
export function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
