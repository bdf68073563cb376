import type { KindLike } from './object.ts';

/** One kind of resource that the API server serves. */
export interface Resource {
  group: string;
  version: string;
  /** `v1` or `group/version`. */
  apiVersion: string;
  kind: string;
  /** Plural, as in paths and RBAC rules. */
  plural: string;
  singular: string;
  namespaced: boolean;
  shortNames: string[];
  verbs: string[];
  categories: string[];
  subresources: { name: string; kind: string; verbs: string[] }[];
  /** The group's preferred version (the first that discovery names) has this kind. */
  preferred: boolean;
  /** The aggregated API server behind this group could not be asked; what is told here may be out of date. */
  stale: boolean;
}

export interface Resources {
  readonly all: readonly Resource[];
  /** Group names; the core group is `''`. */
  readonly groups: readonly string[];
  /** Groups whose aggregated API server did not answer. */
  readonly staleGroups: readonly string[];
  /** Exactly this apiVersion and kind. */
  find(kind: KindLike): Resource | undefined;
  /** Any version of a kind in a group, the server's preferred one first. */
  versions(group: string, kind: string): readonly Resource[];
  /** The preferred version of a kind in a group. */
  preferred(group: string, kind: string): Resource | undefined;
  /** By plural, for example `byPlural('apps', 'deployments')`, preferred version. */
  byPlural(group: string, plural: string): Resource | undefined;
}
