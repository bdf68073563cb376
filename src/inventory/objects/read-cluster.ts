import { PlimsollError } from '../../errors.ts';
import type { Cluster, ServerVersion } from '../../kube/cluster.ts';
import { ApiMissingError, GoneError } from '../../kube/error/api-error.ts';
import type { ListOptions } from '../../kube/list.ts';
import type { KindName, KubeObject } from '../../kube/object.ts';
import type { Resources } from '../../kube/resources.ts';
import { type ClusterObjects, type NotRead, READ_KINDS } from './cluster-objects.ts';
import { kept, STATUS_CONFIG_MAP } from './kept.ts';

/** Reads from the API server what an inventory rests on. Nothing is written. A kind that may not be read ends up in `notRead`. */
export async function readCluster(cluster: Cluster): Promise<ClusterObjects> {
  const [version, resources] = await Promise.all([cluster.version(), cluster.resources()]);
  const notRead: NotRead[] = [];
  const kinds = READ_KINDS.flatMap(([group, kind]) => {
    const resource = resources.preferred(group, kind);
    return resource === undefined ? [] : [`${resource.apiVersion}/${resource.kind}` as KindName];
  });
  const read = await Promise.all(kinds.map((kind) => readAll(cluster, kind, notRead)));
  const objects = read.flat();
  const names = new Set([STATUS_CONFIG_MAP, ...objects.flatMap(namedStatus)]);
  const states = await Promise.all(
    [...names].map((name) => readAll(cluster, 'v1/ConfigMap', notRead, { fields: `metadata.name=${name}` })),
  );
  return {
    source: cluster.server,
    kubernetes: versionOf(version),
    served: servedKinds(resources),
    staleGroups: resources.staleGroups,
    objects: [...objects, ...states.flat()],
    notRead,
    problems: [],
  };
}

function versionOf({ gitVersion, major, minor }: ServerVersion): ClusterObjects['kubernetes'] {
  return { gitVersion, major, minor };
}

function servedKinds(resources: Resources): KindName[] {
  return [...new Set(resources.all.map(({ apiVersion, kind }): KindName => `${apiVersion}/${kind}`))];
}

/** Another name for the state of Cluster Autoscaler, where its arguments say one. */
function namedStatus({ spec }: KubeObject): string[] {
  const flags = JSON.stringify(spec ?? {}).matchAll(/--status-config-map-name=([a-z0-9.-]+)/g);
  return [...flags].flatMap(([, name]) => name ?? []);
}

/** All objects of a kind; none when the kind is not served; noted in `notRead` when it may not be read. */
async function readAll(
  cluster: Cluster,
  kind: KindName,
  notRead: NotRead[],
  options: ListOptions = {},
): Promise<KubeObject[]> {
  const list = cluster.list(kind, options);
  try {
    const objects: KubeObject[] = [];
    // Object by object, so that the pods of a large cluster are never in memory as a whole.
    for await (const object of list) keepIn(objects, object);
    return objects;
  } catch (error) {
    if (error instanceof ApiMissingError) return [];
    if (error instanceof GoneError) return (await list.all()).flatMap((object) => kept(object) ?? []);
    if (!(error instanceof PlimsollError) || error.code === 'unreachable') throw error;
    if (!notRead.some(({ what }) => what === kind))
      notRead.push({ what: kind, why: error.message, remedy: error.remedy });
    return [];
  }
}

function keepIn(objects: KubeObject[], object: KubeObject): void {
  const one = kept(object);
  if (one !== undefined) objects.push(one);
}
