import { list, text } from '../read-field.ts';
import type { RecordedObject } from '../recorded-object.ts';
import type { Entry } from './entry.ts';
import type { ObjectHistory, ObjectState } from './question.ts';

/** How an object is related to others: what membership of a group is made of. */
export interface Kin {
  readonly uid: string;
  /** Groups that any state named, and uids of owners that any state named. */
  readonly groups: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
}

/** A history with what only the index needs to know. */
export interface IndexedHistory extends ObjectHistory, Kin {
  /** `apiVersion/Kind`. */
  readonly of: string;
  readonly states: ObjectState[];
  readonly groups: Set<string>;
  readonly owners: Set<string>;
  /** Ids of the watches that delivered it. */
  readonly watches: Set<string>;
}

/** Every object of a timeline, by uid, in the order in which they were first seen. */
export function histories(entries: readonly Entry[]): ReadonlyMap<string, IndexedHistory> {
  const byUid = new Map<string, IndexedHistory>();
  const seen = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'object') continue;
    const body = entry.body as RecordedObject;
    const of = `${entry.ref.apiVersion}/${entry.ref.kind}`;
    const uid = entry.ref.uid ?? `${of}/${entry.ref.namespace ?? ''}/${entry.ref.name}`;
    const history = byUid.get(uid) ?? begin(uid, of, entry.ref);
    byUid.set(uid, history);
    history.watches.add(entry.watch);
    if (entry.group !== undefined) history.groups.add(entry.group);
    for (const owner of list(body, 'metadata.ownerReferences')) history.owners.add(text(owner, 'uid'));
    // Two watches over the same object deliver the same states in the same order: the slower one adds nothing and must not
    // turn time back.
    const version = `${uid} ${entry.event === 'DELETED' ? 'DELETED' : ''} ${body.metadata.resourceVersion ?? entry.seq}`;
    if (seen.has(version)) continue;
    seen.add(version);
    history.states.push({ seq: entry.seq, t: entry.t, event: entry.event, source: entry.source, body });
  }
  return byUid;
}

function begin(uid: string, of: string, ref: ObjectHistory['ref']): IndexedHistory {
  return { ref, uid, of, states: [], groups: new Set(), owners: new Set(), watches: new Set() };
}

/** The uids of a group: every object that carries its label, and everything that these own, directly or not. */
export function membersOf(group: string, all: ReadonlyMap<string, Kin>): ReadonlySet<string> {
  const roots = [...all.values()].filter((kin) => kin.groups.has(group)).map((kin) => kin.uid);
  return withOwned(roots, all);
}

/** The uids of everything that the roots own, directly or not, and of the roots themselves. */
export function withOwned(roots: readonly string[], all: ReadonlyMap<string, Kin>): ReadonlySet<string> {
  const members = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const history of all.values()) {
      if (members.has(history.uid) || ![...history.owners].some((owner) => members.has(owner))) continue;
      members.add(history.uid);
      grown = true;
    }
  }
  return members;
}

/** The uids of everything that owns the given ones, directly or not, and the given ones themselves. */
export function withOwners(uids: readonly string[], all: ReadonlyMap<string, Kin>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...uids];
  for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
    if (found.has(uid)) continue;
    found.add(uid);
    open.push(...(all.get(uid)?.owners ?? []));
  }
  return found;
}
