import { isDeepStrictEqual } from 'node:util';
import type { Handle } from '../../case-kit/bench.ts';
import { caseError, inconclusive } from '../../case-kit/stop.ts';
import { type KindName, type KubeObject, kindName, type ObjectRef, refOf, showRef } from '../../kube/object.ts';
import { mustServe } from '../../kube/path-of.ts';
import {
  CASE_LABEL,
  CHANGED_LABEL,
  GROUP_LABEL,
  RESTORE_ANNOTATION,
  RUN_LABEL,
  withLabels,
  withPriority,
} from '../labels.ts';
import { restorePatch } from '../ledger/restore-patch.ts';
import { recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import type { Scope } from './watch-record.ts';
import { certainlyNotDone } from './why-stopped.ts';

/** Selects the objects of this case alone. */
export function caseSelector(session: Session): string {
  return `${RUN_LABEL}=${session.run},${CASE_LABEL}=${session.caseLabel}`;
}

/** Where a kind is watched: in its namespace; cluster-scoped kinds only as far as the case made them. */
function scopeOf(session: Session, of: KindName, namespace: string | undefined): Scope {
  return namespace === undefined ? { of, labels: caseSelector(session) } : { of, namespace };
}

/**
 * Opens the watches of all kinds that a case creates, side by side: `createObject` finds them synced instead of opening one after the
 * other. One that cannot be opened fails where it is needed.
 */
export function openWatches(session: Session, kinds: readonly KindName[]): void {
  for (const kind of kinds) {
    const resource = session.resources.find(kind);
    if (resource === undefined) continue;
    const namespace = resource.namespaced ? session.namespaces[0] : undefined;
    session.recorder.observe(scopeOf(session, kind, namespace)).catch(() => {});
  }
}

export async function createObject(
  session: Session,
  name: string,
  object: KubeObject,
  group: string | undefined,
): Promise<Handle> {
  const kind = kindName({ apiVersion: object.apiVersion, kind: object.kind });
  session.declared.create(kind);
  if (object.metadata.name === undefined) throw caseError(`${kind} without a name: objects of a case need one`);
  const { namespaced } = mustServe(session.resources, kind);
  const namespace = namespaced ? (object.metadata.namespace ?? session.namespaces[0]) : undefined;
  const placed = namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
  const { priorityClass } = session;
  const pods = priorityClass === undefined ? placed : withPriority(placed, priorityClass);
  const labelled = withLabels(pods, {
    [RUN_LABEL]: session.run,
    [CASE_LABEL]: session.caseLabel,
    ...(group === undefined ? {} : { [GROUP_LABEL]: group }),
  });
  const ref = refOf(labelled);
  await session.recorder.observe(scopeOf(session, kind, namespace));
  session.ledger.write({ op: 'create', case: session.caseId, ref });
  let made: KubeObject;
  try {
    made = await recordedCall(session, { name, ref, sent: labelled, ask: (cluster) => cluster.create(labelled) });
  } catch (error) {
    if (certainlyNotDone(error)) session.ledger.write({ op: 'gone', ref });
    throw error;
  }
  session.ledger.write({ op: 'created', case: session.caseId, ref: refOf(made) });
  session.own.add(made.metadata.uid ?? '');
  session.recorder.know(made);
  return handleOf(kind, made, group);
}

export function handleOf(of: KindName, object: KubeObject, group: string | undefined): Handle {
  const { name = '', namespace, uid = '' } = object.metadata;
  const pods = group === undefined ? { of: 'v1/Pod', owner: uid } : { of: 'v1/Pod', group };
  return { of, name, uid, ref: refOf(object), object, pods, ...(namespace === undefined ? {} : { namespace }) };
}

function isOwn(session: Session, ref: ObjectRef): boolean {
  if (ref.uid !== undefined && session.own.has(ref.uid)) return true;
  return ref.namespace !== undefined && session.namespaces.includes(ref.namespace);
}

export async function patchObject(
  session: Session,
  name: string,
  ref: ObjectRef,
  patch: Record<string, unknown>,
  subresource: string | undefined,
): Promise<KubeObject> {
  session.declared.change(kindName({ apiVersion: ref.apiVersion, kind: ref.kind }));
  const options = subresource === undefined ? {} : { subresource };
  if (isOwn(session, ref))
    return recordedCall(session, { name, ref, sent: patch, ask: (cluster) => cluster.patch(ref, patch, options) });
  if (subresource !== undefined)
    throw caseError(`${showRef(ref)} is not the case's own: only its main resource can be changed and put back`);
  return changeForeign(session, name, ref, patch);
}

/** Changes somebody else's object: what puts it back is in the ledger first, and on the object itself for another machine. */
async function changeForeign(
  session: Session,
  name: string,
  ref: ObjectRef,
  patch: Record<string, unknown>,
): Promise<KubeObject> {
  const before = await session.cluster.get(ref);
  const marks = { labels: { [CHANGED_LABEL]: session.run }, annotations: { [RESTORE_ANNOTATION]: '' } };
  const set = { ...patch, metadata: { ...(patch['metadata'] as object | undefined), ...marks } };
  if (patch['metadata'] !== undefined && !isDeepStrictEqual(patch['metadata'], {}))
    throw caseError(`${showRef(ref)}: metadata of somebody else's object is not to be changed`);
  if (before.metadata.labels?.[CHANGED_LABEL] !== undefined)
    throw inconclusive(
      'environment',
      `${showRef(ref)} is being changed by run ${before.metadata.labels[CHANGED_LABEL]} already`,
      `Wait until that run is over (--wait); if it is not at work any more: plimsoll cleanup --run ${before.metadata.labels[CHANGED_LABEL]}`,
    );
  const restore = restorePatch(before, set);
  marks.annotations[RESTORE_ANNOTATION] = JSON.stringify({ set: patch, restore });
  session.ledger.write({ op: 'change', case: session.caseId, ref: refOf(before), set: patch, restore });
  const uid = { metadata: { uid: before.metadata.uid } };
  return recordedCall(session, {
    name,
    ref: refOf(before),
    sent: set,
    // The uid in the patch makes the API server refuse it if this is another object by now.
    ask: (cluster) => cluster.patch(ref, { ...set, metadata: { ...set.metadata, ...uid.metadata } }),
  });
}

export async function replaceObject(
  session: Session,
  name: string,
  object: KubeObject,
  subresource: string | undefined,
): Promise<KubeObject> {
  const ref = refOf(object);
  session.declared.change(kindName({ apiVersion: ref.apiVersion, kind: ref.kind }));
  if (!isOwn(session, ref)) throw caseError(`${showRef(ref)} is not the case's own and cannot be replaced`);
  const options = subresource === undefined ? {} : { subresource };
  return recordedCall(session, { name, ref, sent: object, ask: (cluster) => cluster.replace(object, options) });
}

export async function removeObject(
  session: Session,
  name: string,
  ref: ObjectRef,
  options: { gracePeriodSeconds?: number; propagation?: 'Foreground' | 'Background' | 'Orphan' },
): Promise<void> {
  if (!isOwn(session, ref)) throw caseError(`${showRef(ref)} is not the case's own and cannot be removed`);
  const precondition = ref.uid === undefined ? {} : { uid: ref.uid };
  await recordedCall(session, { name, ref, ask: (cluster) => cluster.remove(ref, { ...options, ...precondition }) });
}

export async function removeCollection(
  session: Session,
  name: string,
  kind: KindName,
  options: { namespace?: string; labels?: string },
): Promise<void> {
  session.declared.sweep(kind);
  const { namespaced } = mustServe(session.resources, kind);
  const namespace = namespaced ? (options.namespace ?? session.namespaces[0]) : undefined;
  const labels = [caseSelector(session), ...(options.labels === undefined ? [] : [options.labels])].join(',');
  const where = { labels, ...(namespace === undefined ? {} : { namespace }) };
  await recordedCall(session, {
    name,
    sent: where,
    ask: (cluster) => cluster.removeAll(kind, where),
    shown: () => ({}),
  });
}
