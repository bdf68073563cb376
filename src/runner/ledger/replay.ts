import type { ObjectRef } from '../../kube/object.ts';
import type { LedgerEntry } from './ledger-entry.ts';

export interface PendingObject {
  readonly case: string;
  /** Without a uid: the program died between asking for it and hearing the answer. */
  readonly ref: ObjectRef;
}

export interface PendingChange extends PendingObject {
  readonly set: Readonly<Record<string, unknown>>;
  readonly restore: Readonly<Record<string, unknown>>;
}

/** What a ledger leaves to be done: objects to delete (the newest first) and changes to put back (the newest first). */
export interface Pending {
  readonly run: string | undefined;
  readonly objects: readonly PendingObject[];
  readonly changes: readonly PendingChange[];
}

/** Pure: the same entries leave the same things to do. */
export function replay(entries: readonly LedgerEntry[], caseId?: string): Pending {
  let run: string | undefined;
  const objects = new Map<string, PendingObject>();
  const changes: PendingChange[] = [];
  for (const entry of entries) {
    if (entry.op === 'run') run = entry.run;
    if (entry.op === 'create') objects.set(openKey(entry.ref), { case: entry.case, ref: entry.ref });
    if (entry.op === 'created') {
      objects.delete(openKey(entry.ref));
      objects.set(uidKey(entry.ref), { case: entry.case, ref: entry.ref });
    }
    if (entry.op === 'change') changes.push(entry);
    if (entry.op === 'gone') {
      objects.delete(uidKey(entry.ref));
      if (entry.ref.uid === undefined) objects.delete(openKey(entry.ref));
    }
    if (entry.op === 'restored') {
      const index = changes.findLastIndex((change) => uidKey(change.ref) === uidKey(entry.ref));
      if (index >= 0) changes.splice(index, 1);
    }
  }
  const own = <T extends PendingObject>(all: readonly T[]): T[] =>
    all.filter((one) => caseId === undefined || one.case === caseId).reverse();
  return { run, objects: own([...objects.values()]), changes: own(changes) };
}

function openKey(ref: ObjectRef): string {
  return `${ref.apiVersion}/${ref.kind} ${ref.namespace ?? ''}/${ref.name}`;
}

function uidKey(ref: ObjectRef): string {
  return `${openKey(ref)} ${ref.uid ?? ''}`;
}
