import type { KindName } from '../kube/object.ts';

/**
 * What a case takes that others may want too. `accelerators/NODE` is counted (how many of the node's free accelerators);
 * the others are held alone unless the plan knows a larger capacity.
 */
export type Token =
  | `accelerators/${string}`
  | `slots/${string}`
  | 'cluster-scope'
  | 'gateway'
  | 'node-pool'
  | `node-pool/${string}`;

/** What one instance of a case needs. From this the plan, the RBAC rules and the schedule are made: it must be complete. */
export interface Needs {
  /** Held from the beginning of the act until everything is torn down. `'all'`: the whole capacity. */
  readonly tokens?: Readonly<Partial<Record<Token, number | 'all'>>>;
  /** Kinds that the case creates (and so: reads, watches, deletes). Namespaces, pods' logs and events are the kit's own. */
  readonly creates?: readonly KindName[];
  /** Kinds that it reads or observes without creating any. */
  readonly reads?: readonly KindName[];
  /** Kinds of which it changes objects (its own: patch and update; others': restored afterwards). */
  readonly changes?: readonly KindName[];
  /** Kinds that it deletes as a collection (`bench.removeAll`). */
  readonly sweeps?: readonly KindName[];
  /** Rules that the kinds above do not give: subresources (`pods/proxy`), non-resource URLs, unusual verbs. */
  readonly rules?: readonly RbacRule[];
  /** Images beside the probe image. */
  readonly images?: readonly string[];
  /** Pod security level of the case's namespace; default `restricted`. Say why in `why` when it is not. */
  readonly podSecurity?: { readonly level: 'baseline' | 'privileged'; readonly why: string };
  /** The waits that the case cannot do without (negative windows), for the plan and the critical path. */
  readonly waits?: readonly DeclaredWait[];
  /**
   * Milliseconds that it takes beside them where nothing is slow (set-up, the platform's own reactions, teardown), as measured; default
   * `ASIDE`. Decides nothing but who begins first.
   */
  readonly aside?: number;
}

/** Most cases of the lab: about a second of set-up, two or three of reactions, 6 s until the namespace is gone. */
export const ASIDE = 10_000;

export interface RbacRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  /** Plural; `pods/log` for a subresource. */
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface DeclaredWait {
  readonly why: string;
  /** Milliseconds: at least so long whatever the platform does. */
  readonly least: number;
  /** It has given its tokens back before: such a case starts before others, which can run while it waits. */
  readonly withoutTokens?: true;
}
