import { membersOf, type RecordedObject, type Timeline } from '../../evidence/index.ts';
import { COUNTED_KINDS, type CountedKind } from './counted-kinds.ts';

/** From `t` on (milliseconds since the run began) these many; `seq` is the entry that shows the change. */
export interface CountPoint {
  readonly seq: number;
  readonly t: number;
  /** One number for each name of the row, in their order. */
  readonly counts: readonly number[];
}

/** Objects of one kind and group over time. */
export interface CountRow {
  /** `pods of gang`, `pods`. */
  readonly label: string;
  readonly names: readonly string[];
  readonly points: readonly CountPoint[];
  readonly most: number;
}

/** How many objects of each kind and group were in which state, as the watches delivered it. */
export function objectCounts(timeline: Timeline): readonly CountRow[] {
  return COUNTED_KINDS.flatMap((kind) => rowsOf(timeline, kind));
}

function rowsOf(timeline: Timeline, kind: CountedKind): readonly CountRow[] {
  const groups = groupsOf(timeline);
  const byGroup = new Map<string, { seq: number; t: number; uid: string; body: RecordedObject | undefined }[]>();
  const seen = new Set<string>();
  for (const entry of timeline.entries) {
    if (entry.kind !== 'object' || entry.ref.kind !== kind.kind) continue;
    if (apiGroup(entry.ref.apiVersion) !== kind.group) continue;
    const body = entry.body as RecordedObject;
    const uid = entry.ref.uid ?? `${entry.ref.namespace ?? ''}/${entry.ref.name}`;
    // Two watches over the same object deliver the same states; the slower one adds nothing.
    const version = `${uid} ${entry.event === 'DELETED'} ${body.metadata.resourceVersion ?? entry.seq}`;
    if (seen.has(version)) continue;
    seen.add(version);
    const group = groups.get(uid) ?? '';
    const states = byGroup.get(group) ?? [];
    byGroup.set(group, states);
    states.push({ seq: entry.seq, t: entry.t, uid, body: entry.event === 'DELETED' ? undefined : body });
  }
  return [...byGroup].map(([group, states]) => row(kind, group, states));
}

function row(
  kind: CountedKind,
  group: string,
  states: readonly { seq: number; t: number; uid: string; body: RecordedObject | undefined }[],
): CountRow {
  const now = new Map<string, RecordedObject>();
  const points: CountPoint[] = [];
  for (const { seq, t, uid, body } of states) {
    if (body === undefined) now.delete(uid);
    else now.set(uid, body);
    const counts = kind.counts.map(({ holds }) => [...now.values()].filter(holds).length);
    const last = points.at(-1);
    if (last === undefined || counts.some((count, index) => count !== last.counts[index]))
      points.push({ seq, t, counts });
  }
  return {
    label: group === '' ? kind.plural : `${kind.plural} of ${group}`,
    names: kind.counts.map(({ name }) => name),
    points,
    most: Math.max(1, ...points.flatMap(({ counts }) => counts)),
  };
}

/** The group of each object, by uid: its own label's, or that of what owns it. */
function groupsOf(timeline: Timeline): ReadonlyMap<string, string> {
  const kin = new Map<string, { uid: string; groups: Set<string>; owners: Set<string> }>();
  for (const entry of timeline.entries) {
    if (entry.kind !== 'object') continue;
    const { metadata } = entry.body as RecordedObject;
    const uid = entry.ref.uid ?? '';
    const one = kin.get(uid) ?? { uid, groups: new Set(), owners: new Set() };
    kin.set(uid, one);
    if (entry.group !== undefined) one.groups.add(entry.group);
    for (const owner of (metadata['ownerReferences'] as { uid?: string }[] | undefined) ?? [])
      if (owner.uid !== undefined) one.owners.add(owner.uid);
  }
  const names = new Set([...kin.values()].flatMap(({ groups }) => [...groups]));
  return new Map([...names].flatMap((name) => [...membersOf(name, kin)].map((uid) => [uid, name] as const)));
}

function apiGroup(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
