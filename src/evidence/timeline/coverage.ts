import type { Entry } from './entry.ts';
import type { Hole } from './question.ts';
import type { Target } from './target.ts';
import type { Window } from './window.ts';

/** What is known of one watch: which stretch of time it is known to have seen completely. */
export interface WatchRecord {
  readonly id: string;
  readonly of: string;
  readonly namespace: string | undefined;
  readonly labels: string | undefined;
  readonly fields: string | undefined;
  readonly opened: number;
  syncedAt: number | undefined;
  /** Last moment up to which nothing is outstanding: an event that it delivered, or a list that agreed with it. */
  knownTo: number | undefined;
  doubts: { seq: number; t: number; why: string }[];
  gaps: { seq: number; from: number; to: number; reason: string }[];
}

/** Every watch of a timeline. */
export function watchRecords(entries: readonly Entry[]): readonly WatchRecord[] {
  const byId = new Map<string, WatchRecord>();
  for (const entry of entries) {
    if (entry.kind === 'watch') {
      const record = byId.get(entry.watch) ?? open(entry);
      byId.set(entry.watch, record);
      if (entry.state === 'synced') record.syncedAt ??= entry.t;
      if (entry.state === 'synced' || entry.state === 'confirmed') record.knownTo = entry.t;
      if (entry.state === 'doubted') record.doubts.push({ seq: entry.seq, t: entry.t, why: entry.detail ?? 'doubted' });
    }
    if (entry.kind === 'gap') {
      const { seq, from, to, reason } = entry;
      byId.get(entry.watch)?.gaps.push({ seq, from: Math.min(from, to), to: Math.max(from, to), reason });
    }
    // A watch delivers in order: an event that arrived shows that everything before it has arrived.
    if (entry.kind === 'object' && entry.source === 'watch') {
      const record = byId.get(entry.watch);
      if (record) record.knownTo = entry.t;
    }
  }
  return [...byId.values()];
}

function open(entry: Extract<Entry, { kind: 'watch' }>): WatchRecord {
  const { watch: id, of, namespace, labels, fields, t } = entry;
  return {
    id,
    of,
    namespace,
    labels,
    fields,
    opened: t,
    syncedAt: undefined,
    knownTo: undefined,
    doubts: [],
    gaps: [],
  };
}

/**
 * The stretches of a window in which something about the target may have gone unseen. `delivered`: watches that delivered
 * the very objects asked for (a watch limited to this case's own objects covers an object that it has shown).
 */
export function holes(
  target: Target,
  window: Window,
  watches: readonly WatchRecord[],
  caseNamespace: string,
  delivered: ReadonlySet<string>,
): readonly Hole[] {
  const suitable = watches.filter((watch) => covers(watch, target, delivered));
  const everywhere = suitable.filter((watch) => watch.namespace === undefined);
  const places = placesOf(target, suitable, caseNamespace);
  if (everywhere.length > 0 && places.length === 0) return uncovered(target, '', window, everywhere);
  return places.flatMap((place) =>
    uncovered(target, place, window, [...everywhere, ...suitable.filter((watch) => watch.namespace === place)]),
  );
}

function covers(watch: WatchRecord, target: Target, delivered: ReadonlySet<string>): boolean {
  if (watch.of !== target.of) return false;
  if (delivered.has(watch.id)) return true;
  const labels = watch.labels === undefined || watch.labels === target.labels;
  const byName = target.name !== undefined && watch.fields === `metadata.name=${target.name}`;
  return labels && (watch.fields === undefined || watch.fields === target.fields || byName);
}

function placesOf(target: Target, suitable: readonly WatchRecord[], caseNamespace: string): readonly string[] {
  if (target.namespace !== undefined) return [target.namespace];
  const watched = suitable.flatMap((watch) => (watch.namespace === undefined ? [] : [watch.namespace]));
  if (watched.length > 0) return [...new Set(watched)];
  return suitable.length > 0 ? [] : [caseNamespace];
}

function uncovered(target: Target, place: string, window: Window, watches: readonly WatchRecord[]): readonly Hole[] {
  const where = `${target.of}${place === '' ? '' : ` in ${place}`}`;
  let open: Hole[] = [{ from: window.from, to: window.to, why: `${where} was not watched`, evidence: [] }];
  for (const watch of watches) {
    if (watch.syncedAt === undefined || watch.knownTo === undefined) continue;
    const seen = subtract([{ from: watch.syncedAt, to: watch.knownTo }], watch.gaps);
    open = open.flatMap((hole) => remaining(hole, seen, watch));
  }
  return open;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

function subtract(stretches: readonly Stretch[], taken: readonly Stretch[]): readonly Stretch[] {
  return taken.reduce<readonly Stretch[]>(
    (left, gap) =>
      left.flatMap(({ from, to }) => {
        if (gap.to < from || gap.from > to) return [{ from, to }];
        return [
          { from, to: gap.from },
          { from: gap.to, to },
        ].filter((part) => part.from < part.to);
      }),
    stretches,
  );
}

/** What is left of a hole after a watch has seen some stretches, with the reason why it did not see the rest. */
function remaining(hole: Hole, seen: readonly Stretch[], watch: WatchRecord): Hole[] {
  if (seen.some(({ from, to }) => from <= hole.from && hole.to <= to)) return [];
  return subtract([hole], seen).map(({ from, to }) => {
    const gap = watch.gaps.find((one) => one.from <= to && from <= one.to);
    const doubt = watch.doubts.find((one) => one.t >= from);
    if (gap) return { from, to, why: `the watch had to list anew: ${gap.reason}`, evidence: [gap.seq] };
    if (doubt) return { from, to, why: doubt.why, evidence: [doubt.seq] };
    const late = watch.syncedAt !== undefined && from < watch.syncedAt;
    const why = late
      ? `${watch.of} was watched only later`
      : `nothing confirms that the watch of ${watch.of} was complete`;
    return { from, to, why, evidence: [] };
  });
}
