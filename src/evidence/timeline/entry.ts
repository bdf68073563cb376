import { z } from 'zod';
import { INCONCLUSIVE_CLASSES, OUTCOMES } from '../outcome.ts';

/** Every entry: `seq` counts from 1 without a hole; `t` = milliseconds since the run began (monotonic); `at` = wall clock. */
const base = { seq: z.int().min(1), t: z.number().min(0), at: z.string() };

const ref = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().exactOptional(),
  uid: z.string().exactOptional(),
});
const body = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({}) });

/** First entry of every timeline: which case this is and with what it was called. */
const begin = z.object({
  ...base,
  kind: z.literal('begin'),
  run: z.string(),
  /** Id of the instance: the case's id, with `@variant` when there are several. */
  case: z.string(),
  requirement: z.string(),
  /** Namespace that the case was given; absent when it never started. */
  namespace: z.string().exactOptional(),
  /** What the case's `plan` decided (JSON): solution, node, numbers. The judge reads it as `timeline.params`. */
  params: z.unknown(),
  tool: z.string(),
});

/** A point in time that the case named. */
const mark = z.object({
  ...base,
  kind: z.literal('mark'),
  name: z.string(),
  data: z.unknown().optional(),
  /** Names of the phases that begin or end here. */
  begins: z.array(z.string()).exactOptional(),
  ends: z.array(z.string()).exactOptional(),
});

/** A state of an object, as a watch delivered it. */
const object = z.object({
  ...base,
  kind: z.literal('object'),
  event: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
  /** `watch`: sent as it happened; `list`: it was there already; `relist`: found after a gap, the moment is not known. */
  source: z.enum(['watch', 'list', 'relist']),
  /** Id of the watch (`watch` entries). */
  watch: z.string(),
  /** The group that the case put it into, where its label says so. */
  group: z.string().exactOptional(),
  ref,
  body,
});

/**
 * Life of a watch: `opened` (asked for), `synced` (everything that existed has been delivered: from here on nothing is
 * missed), `confirmed` (a list showed that nothing is outstanding up to here), `doubted` (a list showed something that the
 * watch had not delivered in time), `closed`.
 */
const watch = z.object({
  ...base,
  kind: z.literal('watch'),
  watch: z.string(),
  state: z.enum(['opened', 'synced', 'confirmed', 'doubted', 'closed']),
  /** `apiVersion/Kind`. */
  of: z.string(),
  namespace: z.string().exactOptional(),
  labels: z.string().exactOptional(),
  fields: z.string().exactOptional(),
  detail: z.string().exactOptional(),
});

/** A watch had to list anew: between `from` and `to` (same scale as `t`) states may have been missed. */
const gap = z.object({
  ...base,
  kind: z.literal('gap'),
  watch: z.string(),
  from: z.number(),
  to: z.number(),
  reason: z.string(),
});

/** What was asked of an API server, or of a program behind its proxy, and what came back. */
const answer = z.object({
  ...base,
  kind: z.literal('answer'),
  /** What the case calls it (`bench.attempt(name, ...)`), or `create`, `patch`, `remove`, `get`, `request`, ... */
  name: z.string(),
  via: z.enum(['api', 'proxy']),
  method: z.string(),
  path: z.string(),
  /** HTTP status; absent when no answer came. */
  status: z.number().exactOptional(),
  /** Stable code of the error that it became: `forbidden`, `invalid`, `unreachable`, ... */
  error: z.string().exactOptional(),
  /** The answerer's own words when it refused. */
  said: z.string().exactOptional(),
  ref: ref.exactOptional(),
  /** What was sent, for writes. */
  sent: z.unknown().optional(),
  /** What came back; `digest` instead when it was too long to keep whole. */
  body: z.unknown().optional(),
  digest: z.object({ sha256: z.string(), bytes: z.number() }).exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  /** Milliseconds of the last attempt, and how many attempts there were when more than one (throttled, not reachable). */
  ms: z.number(),
  attempts: z.int().exactOptional(),
});

/** Output of a container. */
const log = z.object({
  ...base,
  kind: z.literal('log'),
  namespace: z.string(),
  pod: z.string(),
  uid: z.string().exactOptional(),
  container: z.string(),
  text: z.string(),
  /** Present when `text` is only the beginning: size and digest of the whole. */
  digest: z.object({ sha256: z.string(), bytes: z.number() }).exactOptional(),
});

/** A wait that has ended. `reasons` = the sentences that the condition answered, each with the time of its first answer. */
const waited = z.object({
  ...base,
  kind: z.literal('waited'),
  /** For people: `Pod gang-0: running`. */
  for: z.string(),
  /** What was looked at and the name of the condition, so that a judge can match them with its own question. */
  target: z.object({
    of: z.string(),
    namespace: z.string().exactOptional(),
    name: z.string().exactOptional(),
    uid: z.string().exactOptional(),
    group: z.string().exactOptional(),
    owner: z.string().exactOptional(),
    labels: z.string().exactOptional(),
    fields: z.string().exactOptional(),
  }),
  condition: z.string(),
  /** When it began, and how long it was allowed to last, milliseconds. */
  since: z.number(),
  within: z.number(),
  /** `hopeless`: given up before its time, for a reason that no waiting mends (an image that was tried twice). */
  how: z.enum(['met', 'timed-out', 'hopeless', 'quiet', 'broken', 'aborted']),
  reasons: z.array(z.object({ t: z.number(), text: z.string() })),
});

/** Anything else worth knowing. It proves nothing. */
const note = z.object({ ...base, kind: z.literal('note'), text: z.string(), data: z.unknown().optional() });

/** How the act ended. A timeline without it was cut off (crash, kill -9). */
const end = z.object({
  ...base,
  kind: z.literal('end'),
  /** `completed`; `aborted` = it threw or was stopped; `not-run` = the plan decided before anything was done. */
  how: z.enum(['completed', 'aborted', 'not-run']),
  /** For aborted and not-run: stable code, what happened, what to do. */
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
  outcome: z.enum(OUTCOMES).exactOptional(),
  class: z.enum(INCONCLUSIVE_CLASSES).exactOptional(),
});

/** One line of timeline.jsonl. */
export const entrySchema = z.discriminatedUnion('kind', [
  begin,
  mark,
  object,
  watch,
  gap,
  answer,
  log,
  waited,
  note,
  end,
]);
export type Entry = z.infer<typeof entrySchema>;
export type EntryKind = Entry['kind'];
/** The entries of one kind: `EntryOf<'answer'>`. */
export type EntryOf<K extends EntryKind> = Extract<Entry, { kind: K }>;
/** An entry before it is written: the writer adds `seq`, `t` and `at`. */
export type NewEntry = { [K in EntryKind]: Omit<EntryOf<K>, 'seq' | 't' | 'at'> }[EntryKind];
