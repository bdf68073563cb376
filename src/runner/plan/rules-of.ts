import type { Needs, RbacRule } from '../../case-kit/needs.ts';
import { groupOf, type KindName, kindRef } from '../../kube/object.ts';
import type { Resources } from '../../kube/resources.ts';

/** One rule, one resource: easy to compare, to ask for, and to merge. */
export interface Rule {
  readonly group: string;
  /** Plural, `pods/log` for a subresource; empty for a non-resource URL. */
  readonly resource: string;
  readonly url?: string;
  readonly name?: string;
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'] as const;

/** What every run needs, whatever its cases: its namespaces, its pods and their logs, what is said about them, its PriorityClass. */
export const KIT_RULES: readonly Rule[] = [
  { group: '', resource: 'namespaces', verbs: [...READ, 'create', 'delete'] },
  { group: '', resource: 'pods', verbs: [...READ, 'delete', 'deletecollection'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'serviceaccounts', verbs: READ },
  { group: 'scheduling.k8s.io', resource: 'priorityclasses', verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  { group: 'events.k8s.io', resource: 'events', verbs: READ },
];

/** With a pull secret, which is copied into every namespace of a case. */
const PULL_SECRET_RULES: readonly Rule[] = [{ group: '', resource: 'secrets', verbs: ['create'] }];

/** The kit's own rules for a probe image with or without pull secret. */
export function kitRules(probe: { readonly pullSecret?: unknown }): readonly Rule[] {
  return probe.pullSecret === undefined ? KIT_RULES : [...KIT_RULES, ...PULL_SECRET_RULES];
}

/** The rules that the needs of a case come to. A kind that the API server does not serve asks for nothing. */
export function rulesOf(needs: Needs, resources: Resources): Rule[] {
  const of = (kinds: readonly KindName[] | undefined, verbs: readonly string[]): Rule[] =>
    (kinds ?? []).flatMap((kind) => {
      const plural = resources.find(kind)?.plural;
      return plural === undefined ? [] : [{ group: groupOf(kindRef(kind).apiVersion), resource: plural, verbs }];
    });
  return merged([
    ...of(needs.creates, [...READ, 'create', 'delete']),
    ...of(needs.reads, READ),
    ...of(needs.changes, [...READ, 'patch', 'update']),
    ...of(needs.sweeps, ['deletecollection']),
    ...(needs.rules ?? []).flatMap(single),
  ]);
}

function single(rule: RbacRule): Rule[] {
  const { verbs } = rule;
  const urls = (rule.nonResourceURLs ?? []).map((url): Rule => ({ group: '', resource: '', url, verbs }));
  const resources = (rule.apiGroups ?? ['']).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) =>
      rule.resourceNames === undefined
        ? [{ group, resource, verbs }]
        : rule.resourceNames.map((name): Rule => ({ group, resource, name, verbs })),
    ),
  );
  return [...urls, ...resources];
}

/** Rules about the same thing become one, in a fixed order. */
export function merged(rules: readonly Rule[]): Rule[] {
  const byKey = Map.groupBy(rules, ({ group, resource, url = '', name = '' }) =>
    [group, resource, url, name].join(' '),
  );
  return [...byKey.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, same]) => {
      const [first] = same;
      return first === undefined ? [] : [{ ...first, verbs: [...new Set(same.flatMap((rule) => rule.verbs))].sort() }];
    });
}

/** The rules as a ClusterRole; resources of one group with the same verbs share a rule. */
export function clusterRole(name: string, rules: readonly Rule[]): Record<string, unknown> {
  const same = Map.groupBy(merged(rules), ({ group, url, name: object, verbs }) =>
    JSON.stringify([group, url === undefined, object ?? '', verbs]),
  );
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [...same.values()].map((alike) => {
      const [first] = alike;
      const verbs = first?.verbs ?? [];
      if (first?.url !== undefined) return { nonResourceURLs: alike.map((rule) => rule.url ?? ''), verbs };
      const names = first?.name === undefined ? {} : { resourceNames: [first.name] };
      return { apiGroups: [first?.group ?? ''], resources: alike.map((rule) => rule.resource), ...names, verbs };
    }),
  };
}
