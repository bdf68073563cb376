import type { EntryOf, Timeline } from '../../evidence/index.ts';
import { type CountRow, objectCounts } from './object-counts.ts';

/** What happened in a case, as far as a picture shows it. Times are milliseconds since the run began. */
export interface CaseEvents {
  readonly from: number;
  readonly to: number;
  /** Numbered from 1 in the order of the timeline. */
  readonly marks: readonly { readonly number: number; readonly entry: EntryOf<'mark'> }[];
  readonly counts: readonly CountRow[];
  /** Waits of the act, each in a lane in which nothing else happens at that time. */
  readonly waits: readonly { readonly lane: number; readonly entry: EntryOf<'waited'> }[];
  readonly lanes: number;
  /** Answers that a case asked for by a name of its own, and every refusal. */
  readonly answers: readonly EntryOf<'answer'>[];
  readonly gaps: readonly EntryOf<'gap'>[];
}

/** Names that the bench itself gives to its requests (timeline/entry.ts, `answer.name`). */
const OWN_NAMES = new Set(['create', 'patch', 'remove', 'get', 'create namespace']);

/** Everything that the picture of a case shows; undefined when the case never did anything. */
export function caseEvents(timeline: Timeline): CaseEvents | undefined {
  const { entries } = timeline;
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined || timeline.end?.how === 'not-run') return undefined;
  const marks = timeline.marks().map((entry, index) => ({ number: index + 1, entry }));
  // Waiting for the namespace's own service account is the bench's business.
  const waited = timeline.waits().filter(({ target }) => target.of !== 'v1/ServiceAccount');
  const waits = inLanes(waited);
  const answers = timeline.answers().filter(({ name, error }) => error !== undefined || !OWN_NAMES.has(name));
  const gaps = entries.filter((entry): entry is EntryOf<'gap'> => entry.kind === 'gap');
  const lanes = Math.max(0, ...waits.map(({ lane }) => lane + 1));
  return { from: first.t, to: last.t, marks, counts: objectCounts(timeline), waits, lanes, answers, gaps };
}

function inLanes(waits: readonly EntryOf<'waited'>[]): CaseEvents['waits'] {
  const ends: number[] = [];
  return waits
    .toSorted((a, b) => a.since - b.since)
    .map((entry) => {
      const free = ends.findIndex((end) => end <= entry.since);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = entry.t;
      return { lane, entry };
    });
}
