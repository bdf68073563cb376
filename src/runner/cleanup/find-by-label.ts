import { PlimsollError } from '../../errors.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { isObject, type KubeObject, type ObjectRef, refOf } from '../../kube/object.ts';
import type { Resource } from '../../kube/resources.ts';
import { CASE_LABEL, CHANGED_LABEL, RESTORE_ANNOTATION, RUN_LABEL } from '../labels.ts';
import type { Pending, PendingChange, PendingObject } from '../ledger/replay.ts';
import { inParallel } from './in-parallel.ts';

const AT_ONCE = 8;

/** What a search by labels found, by run. */
export interface FoundRuns {
  readonly runs: ReadonlyMap<string, Pending>;
  /** Kinds that could not be looked at, and why: there may be more. */
  readonly notSeen: readonly { kind: string; why: string }[];
}

/**
 * Finds what runs have left in a cluster by labels alone, without any ledger: looks at every kind that can be listed and deleted.
 * `run`: only of that run. Changes to others' objects are read from the annotation that they carry.
 */
export async function findByLabel(cluster: Cluster, run?: string): Promise<FoundRuns> {
  const { all } = await cluster.resources({ refresh: true });
  const objects = new Map<string, PendingObject & { run: string; created: string }>();
  const changes = new Map<string, PendingChange & { run: string }>();
  const notSeen: { kind: string; why: string }[] = [];
  const wanted = (label: string): string => (run === undefined ? label : `${label}=${run}`);
  await inParallel(all.filter(isCandidate), AT_ONCE, async (resource) => {
    const kind = { apiVersion: resource.apiVersion, kind: resource.kind };
    try {
      const made = await cluster.list(kind, { labels: wanted(RUN_LABEL), metadataOnly: true }).all();
      for (const object of made.filter(isOriginal)) {
        const { uid = '', labels, creationTimestamp = '' } = object.metadata;
        const of = { case: labels?.[CASE_LABEL] ?? '', run: labels?.[RUN_LABEL] ?? '' };
        objects.set(uid, { ...of, ref: refOf(object), created: creationTimestamp });
      }
      const changed = await cluster.list(kind, { labels: wanted(CHANGED_LABEL), metadataOnly: true }).all();
      for (const object of changed) {
        const change = changeOf(object);
        if (change) changes.set(object.metadata.uid ?? '', change);
      }
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      notSeen.push({ kind: `${resource.apiVersion}/${resource.kind}`, why: error.message });
    }
  });
  const ids = new Set([...[...objects.values()].map((one) => one.run), ...[...changes.values()].map((one) => one.run)]);
  const newestFirst = [...objects.values()].sort((a, b) => b.created.localeCompare(a.created));
  const runs = [...ids].map((id): [string, Pending] => [
    id,
    {
      run: id,
      objects: newestFirst.filter((one) => one.run === id),
      changes: [...changes.values()].filter((one) => one.run === id),
    },
  ]);
  return { runs: new Map(runs), notSeen };
}

/** One version of each kind is enough; events go by themselves. */
function isCandidate(resource: Resource): boolean {
  const { group, plural, verbs, preferred } = resource;
  return (
    preferred && verbs.includes('list') && verbs.includes('delete') && plural !== 'events' && group !== 'metrics.k8s.io'
  );
}

/** Made by the run itself and not by a controller from something of the run, which goes with its owner. */
function isOriginal(object: KubeObject): boolean {
  return !(object.metadata.ownerReferences ?? []).some((owner) => owner.controller === true);
}

function changeOf(object: KubeObject): (PendingChange & { run: string }) | undefined {
  const { labels, annotations } = object.metadata;
  const run = labels?.[CHANGED_LABEL];
  const note = annotations?.[RESTORE_ANNOTATION];
  if (run === undefined || note === undefined) return undefined;
  const ref: ObjectRef = refOf(object);
  let how: unknown;
  try {
    how = JSON.parse(note);
  } catch {
    return undefined;
  }
  if (!isObject(how) || !isObject(how['set']) || !isObject(how['restore'])) return undefined;
  return { run, case: labels?.[CASE_LABEL] ?? '', ref, set: how['set'], restore: how['restore'] };
}
