import { readDiscovery } from '../../kube/discovery.ts';
import type { KindName } from '../../kube/object.ts';
import type { Resources } from '../../kube/resources.ts';
import { groupOfVersion } from './cluster-objects.ts';

/** Versions in the order in which an API server prefers them: v2, v1, v1beta2, v1beta1, v1alpha1. */
function byPreference(a: string, b: string): number {
  const parts = (version: string): number[] => {
    const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(alpha|beta)?(\d+)?$/.exec(version) ?? [];
    return [stage === '' ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)];
  };
  const [left, right] = [parts(a), parts(b)];
  return left.map((one, at) => (right[at] ?? 0) - one).find((difference) => difference !== 0) ?? 0;
}

/** The kinds as discovery would tell of them. Plurals are guessed: nothing is asked for by them. */
export function servedResources(served: readonly KindName[], staleGroups: readonly string[]): Resources {
  const groups = new Map<string, Map<string, string[]>>();
  for (const name of served) {
    const cut = name.lastIndexOf('/');
    const [apiVersion, kind] = [name.slice(0, cut), name.slice(cut + 1)];
    const group = groupOfVersion(apiVersion);
    const versions = groups.get(group) ?? new Map<string, string[]>();
    const version = apiVersion.slice(group === '' ? 0 : group.length + 1);
    versions.set(version, [...(versions.get(version) ?? []), kind]);
    groups.set(group, versions);
  }
  const items = [...groups].map(([group, versions]) => ({
    metadata: { name: group },
    versions: [...versions]
      .toSorted(([a], [b]) => byPreference(a, b))
      .map(([version, kinds]) => ({
        version,
        freshness: staleGroups.includes(group) ? 'Stale' : 'Current',
        resources: kinds.map((kind) => ({
          resource: `${kind.toLowerCase()}s`,
          responseKind: { group, version, kind },
          verbs: ['list'],
        })),
      })),
  }));
  return readDiscovery([{ kind: 'APIGroupDiscoveryList', items }]);
}
