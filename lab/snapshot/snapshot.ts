import type { Cluster } from '../../src/kube/cluster.ts';
import type { Resource } from '../../src/kube/resources.ts';

export interface SnapshotOptions {
  /**
   * Also objects that come and go while nobody does anything: Events and Leases. Left out by default, because a diff of two
   * snapshots should show what somebody did.
   */
  readonly everything?: boolean;
}

/** Kinds that the cluster itself writes all the time: group and kind. */
const NOISE: readonly (readonly [string, string])[] = [
  ['', 'Event'],
  ['events.k8s.io', 'Event'],
  ['coordination.k8s.io', 'Lease'],
];

/**
 * Every object of the cluster, one line each: `group/Kind`, namespace (or `-`), name, uid, with tabs between them, sorted,
 * so that a diff of two listings shows what came and what stayed. A kind that several versions or groups serve (Events)
 * is listed once for each group, in the group's preferred version. Kinds without `list` cannot be listed and are no objects.
 * @throws typed errors of src/kube
 */
export async function snapshot(cluster: Cluster, options: SnapshotOptions = {}): Promise<string[]> {
  const { all } = await cluster.resources({ refresh: true });
  const listed = all.filter(
    (resource) =>
      resource.preferred &&
      resource.verbs.includes('list') &&
      !resource.stale &&
      (options.everything || !isNoise(resource)),
  );
  const lines = await Promise.all(listed.map((resource) => linesOf(cluster, resource)));
  return lines.flat().sort();
}

function isNoise(resource: Resource): boolean {
  return NOISE.some(([group, kind]) => resource.group === group && resource.kind === kind);
}

async function linesOf(cluster: Cluster, resource: Resource): Promise<string[]> {
  const { apiVersion, kind, group } = resource;
  const title = group === '' ? kind : `${group}/${kind}`;
  const lines: string[] = [];
  for await (const { metadata } of cluster.list({ apiVersion, kind }, { metadataOnly: true })) {
    lines.push([title, metadata.namespace ?? '-', metadata.name ?? '', metadata.uid ?? ''].join('\t'));
  }
  return lines;
}
