import { z } from 'zod';
import { CASE_KINDS, INCONCLUSIVE_CLASSES, OUTCOMES } from '../outcome.ts';
import { leftoverSchema } from './run-report.ts';

const base = { t: z.number(), at: z.string() };
const inCase = { ...base, case: z.string() };

/** One line of events.jsonl, and what the live board is told: a run can be replayed into any report. */
export const runEventSchema = z.discriminatedUnion('event', [
  z.object({
    ...base,
    event: z.literal('run-started'),
    run: z.string(),
    tool: z.string(),
    folder: z.string(),
    checklist: z.string(),
    simulated: z.boolean(),
    cluster: z.object({ gitVersion: z.string(), fingerprint: z.string(), nodes: z.int() }),
    cases: z.array(
      z.object({
        id: z.string(),
        requirement: z.string(),
        title: z.string(),
        kind: z.enum(CASE_KINDS),
        leastWait: z.number(),
        tokens: z.array(z.string()),
      }),
    ),
  }),
  /** It waits for tokens that other cases hold; without tokens, it begins a little later than cases with longer waits. */
  z.object({ ...inCase, event: z.literal('case-queued'), tokens: z.array(z.string()) }),
  z.object({ ...inCase, event: z.literal('case-started') }),
  z.object({ ...inCase, event: z.literal('stage'), stage: z.enum(['set-up', 'act', 'tear-down']), budget: z.number() }),
  /** What it is waiting for now; sent again whenever the reason changes. `within` = milliseconds that the wait may last. */
  z.object({
    ...inCase,
    event: z.literal('waiting'),
    for: z.string(),
    reason: z.string(),
    within: z.number(),
    since: z.number(),
  }),
  z.object({ ...inCase, event: z.literal('wait-ended'), how: z.string() }),
  z.object({ ...inCase, event: z.literal('mark'), name: z.string() }),
  z.object({
    ...inCase,
    event: z.literal('case-ended'),
    outcome: z.enum(OUTCOMES),
    class: z.enum(INCONCLUSIVE_CLASSES).exactOptional(),
    because: z.string(),
    remedy: z.string().exactOptional(),
    ms: z.number(),
  }),
  z.object({
    ...base,
    event: z.literal('verdict'),
    requirement: z.string(),
    level: z.enum(['MUST', 'SHOULD']),
    outcome: z.enum(OUTCOMES),
    official: z.enum(OUTCOMES).exactOptional(),
    because: z.string(),
  }),
  z.object({ ...base, event: z.literal('leftover'), leftover: leftoverSchema }),
  z.object({ ...base, event: z.literal('warning'), message: z.string(), remedy: z.string() }),
  /** First Ctrl-C: `tearing-down`; second: `abandoned`, with what stays in the cluster. */
  z.object({
    ...base,
    event: z.literal('interrupted'),
    how: z.enum(['tearing-down', 'abandoned']),
    message: z.string(),
  }),
  z.object({ ...base, event: z.literal('run-ended'), exitCode: z.int(), ms: z.number() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
type Unstamped<E> = E extends RunEvent ? Omit<E, 't' | 'at'> : never;
/** An event before it is sent. */
export type NewRunEvent = Unstamped<RunEvent>;
/** Told of every event, in order; must not throw. */
export type RunObserver = (event: RunEvent) => void;
