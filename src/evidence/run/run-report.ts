import { z } from 'zod';
import { BARS, CASE_KINDS } from '../outcome.ts';
import { caseResultSchema } from '../result/judge-case.ts';
import { verdictSchema } from '../result/verdict.ts';

/** One instance of one case, as it ran. */
export const caseReportSchema = caseResultSchema.extend({
  /** Id of the instance: the case's id, with `@variant` when there are several. */
  id: z.string(),
  case: z.string(),
  variant: z.string().exactOptional(),
  alternative: z.string().exactOptional(),
  requirement: z.string(),
  title: z.string(),
  kind: z.enum(CASE_KINDS),
  bar: z.enum(BARS),
  /** Path of the timeline inside the run folder. */
  timeline: z.string(),
  /** Milliseconds since the run began; absent when it never started. */
  startedAt: z.number().exactOptional(),
  /** Wall time of its stages, milliseconds. */
  ms: z
    .object({ queued: z.number(), setUp: z.number(), act: z.number(), tearDown: z.number(), all: z.number() })
    .exactOptional(),
  /** Waits that it cannot do without, milliseconds (as planned; of the whole act, where several cases share one). */
  leastWait: z.number(),
  /** Ids of the instances that were acted together with it: one act, judged by each of them. */
  actedWith: z.array(z.string()).exactOptional(),
  /** Entries in its timeline. */
  entries: z.int(),
});
export type CaseReport = z.infer<typeof caseReportSchema>;

export const leftoverSchema = z.object({
  ref: z.object({
    apiVersion: z.string(),
    kind: z.string(),
    name: z.string(),
    namespace: z.string().exactOptional(),
    uid: z.string().exactOptional(),
  }),
  case: z.string().exactOptional(),
  /** Why it is still there: the finalizer that blocks it, a refusal, somebody else's change. */
  why: z.string(),
  finalizers: z.array(z.string()),
  remedy: z.string(),
});
export type Leftover = z.infer<typeof leftoverSchema>;

export const requirementReportSchema = z.object({
  id: z.string(),
  title: z.string(),
  level: z.enum(['MUST', 'SHOULD']),
  /** The requirement's verdict: the behaviour's. */
  verdict: verdictSchema,
  /** Absent when the requirement has no official plan. */
  official: verdictSchema.exactOptional(),
  cases: z.array(z.string()),
});
export type RequirementReport = z.infer<typeof requirementReportSchema>;

/** report.json. A pass of this tool is not a certification. */
export const runReportSchema = z.object({
  schema: z.literal('plimsoll.dev/report/v1'),
  tool: z.object({ name: z.literal('plimsoll'), version: z.string() }),
  run: z.object({
    id: z.string(),
    startedAt: z.string(),
    endedAt: z.string(),
    ms: z.number(),
    interrupted: z.boolean(),
    /** Accelerators or nodes are not real: nothing of this run may go into a submission. */
    simulated: z.boolean(),
  }),
  cluster: z.object({
    /** sha256 of the uid of the namespace kube-system: the same for the same cluster, tells nothing else. */
    fingerprint: z.string(),
    gitVersion: z.string(),
    nodes: z.int(),
    context: z.string().exactOptional(),
  }),
  checklist: z.string(),
  exitCode: z.int(),
  requirements: z.array(requirementReportSchema),
  cases: z.array(caseReportSchema),
  leftovers: z.array(leftoverSchema),
  /** Requests of the whole run. */
  requests: z.object({ requests: z.int(), retries: z.int(), byMethod: z.record(z.string(), z.int()) }),
  /** What decided the wall time of the run: `case` ended last. */
  criticalPath: z
    .object({
      case: z.string(),
      ms: z.number(),
      leastWait: z.number(),
      /** The longest wait that any case of the run cannot do without, milliseconds: no run is shorter. */
      longestWait: z.object({ case: z.string(), ms: z.number() }).exactOptional(),
      /** Wall time of the run by that longest wait. */
      ratio: z.number().exactOptional(),
      /** From the beginning of the run to its end: each act waited for tokens of the one before it. Milliseconds since the run began. */
      chain: z
        .array(
          z.object({
            cases: z.array(z.string()),
            from: z.number(),
            to: z.number(),
            leastWait: z.number(),
            waitedFor: z.array(z.string()),
          }),
        )
        .exactOptional(),
    })
    .exactOptional(),
});
export type RunReport = z.infer<typeof runReportSchema>;
