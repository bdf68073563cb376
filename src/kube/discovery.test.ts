import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDiscovery } from './discovery.ts';
import { ApiMissingError } from './error/api-error.ts';
import { collectionPath, mustServe, objectPath } from './path-of.ts';

/** Answers of a real API server (1.37.2). */
const recorded = ['api-1.37.2.json', 'apis-1.37.2.json'].map(
  (name) => JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')) as Record<string, unknown>,
);
const resources = readDiscovery(recorded);

describe('readDiscovery', () => {
  it('knows plural, scope, verbs and subresources of every kind', () => {
    expect(resources.find('v1/Pod')).toMatchObject({
      group: '',
      apiVersion: 'v1',
      plural: 'pods',
      namespaced: true,
      shortNames: ['po'],
      preferred: true,
      stale: false,
    });
    expect(resources.find('v1/Pod')?.subresources.map((sub) => sub.name)).toContain('log');
    expect(resources.find('v1/Node')?.namespaced).toBe(false);
    expect(resources.find({ apiVersion: 'resource.k8s.io/v1', kind: 'ResourceSlice' })?.plural).toBe('resourceslices');
    expect(resources.find('apps/v1/Pod')).toBeUndefined();
    expect(resources.byPlural('apps', 'deployments')?.kind).toBe('Deployment');
    expect(resources.groups.slice(0, 3)).toEqual(['', 'apiregistration.k8s.io', 'apps']);
    expect(resources.staleGroups).toEqual([]);
    expect(resources.all.every((one) => one.kind !== '' && one.plural !== '' && one.verbs.length > 0)).toBe(true);
  });

  it('prefers the version that the server names first', () => {
    const version = (name: string, resourceKinds: string[], freshness = 'Current'): object => ({
      version: name,
      freshness,
      resources: resourceKinds.map((kind) => ({
        resource: `${kind.toLowerCase()}s`,
        responseKind: { kind },
        scope: 'Namespaced',
        verbs: ['get'],
      })),
    });
    const group = { metadata: { name: 'x.example' }, versions: [version('v1', ['A']), version('v1beta1', ['A', 'B'])] };
    const down = { metadata: { name: 'down.example' }, versions: [version('v1', [], 'Stale')] };
    const made = readDiscovery([{ kind: 'APIGroupDiscoveryList', items: [group, down] }]);
    expect(made.preferred('x.example', 'A')?.apiVersion).toBe('x.example/v1');
    expect(made.preferred('x.example', 'B')).toMatchObject({ apiVersion: 'x.example/v1beta1', preferred: false });
    expect(made.versions('x.example', 'A').map((one) => one.version)).toEqual(['v1', 'v1beta1']);
    expect(made.staleGroups).toEqual(['down.example']);
    expect(() => mustServe(made, 'down.example/v1/Thing')).toThrow(/the server behind this group does not answer/);
  });

  it('refuses an answer of another kind', () => {
    expect(() => readDiscovery([{ kind: 'APIGroupList' }])).toThrow('does not answer aggregated discovery');
  });
});

describe('paths', () => {
  const path = (
    kind: `${string}/${string}`,
    namespace: string | undefined,
    name: string,
    subresource?: string,
  ): string => {
    const resource = mustServe(resources, kind);
    const ref = { ...resource, name, ...(namespace === undefined ? {} : { namespace }) };
    return objectPath(resource, ref, subresource);
  };

  it('are those of the API', () => {
    expect(path('v1/Pod', 'ns', 'web', 'log')).toBe('/api/v1/namespaces/ns/pods/web/log');
    expect(path('apps/v1/Deployment', 'ns', 'd', 'scale')).toBe('/apis/apps/v1/namespaces/ns/deployments/d/scale');
    expect(path('v1/Node', undefined, 'n')).toBe('/api/v1/nodes/n');
    // A namespace that a careless caller gives to a cluster-scoped kind does no harm.
    expect(path('v1/Node', 'ns', 'n')).toBe('/api/v1/nodes/n');
    expect(path('rbac.authorization.k8s.io/v1/ClusterRole', undefined, 'system:a/b?')).toBe(
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb%3F',
    );
    expect(collectionPath(mustServe(resources, 'v1/Pod'), undefined)).toBe('/api/v1/pods');
  });

  it('need a name, and a namespace where there is one', () => {
    expect(() => path('v1/Pod', undefined, 'web')).toThrow('Pod web: Pod lives in a namespace and none was given');
    expect(() => path('v1/Node', undefined, '')).toThrow('a Node without a name was asked for');
    expect(() => mustServe(resources, 'apps/v2/Deployment')).toThrow(ApiMissingError);
  });
});
