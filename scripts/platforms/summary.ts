import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunReport } from '../../src/evidence/index.ts';

/** The requirements that a platform's accelerator software decides. */
export const REQUIREMENTS = ['secure_accelerator_access', 'dra_support', 'accelerator_metrics'] as const;

const summarySchema = z.strictObject({
  setup: z.string(),
  summary: z.string(),
  /** What is not as the vendor publishes it. */
  relaxed: z.string().exactOptional(),
  kubernetes: z.string(),
  /** Commit of the tool, and the day of the run. */
  commit: z.string(),
  day: z.string(),
  /** sha256 of the run's report.json. */
  report: z.string(),
  seconds: z.strictObject({ up: z.number(), run: z.number() }),
  requirements: z.record(z.string(), z.string()),
  /** `requirement/case` (with its variant) -> how it came out, and why where that is no pass. */
  cases: z.record(z.string(), z.strictObject({ outcome: z.string(), because: z.string().exactOptional() })),
});

/** What a run on one set-up came to: the checked-in part of its report.json. */
export type PlatformSummary = z.infer<typeof summarySchema>;

/** Facts about a run that are not in its report. */
export type RunFacts = Pick<PlatformSummary, 'setup' | 'summary' | 'relaxed' | 'commit' | 'seconds'>;

/** Sums up the report.json of a run, given as its text. */
export function summarise(text: string, facts: RunFacts): PlatformSummary {
  const report = JSON.parse(text) as RunReport;
  return {
    ...facts,
    kubernetes: report.cluster.gitVersion,
    day: report.run.startedAt.slice(0, 10),
    report: createHash('sha256').update(text).digest('hex'),
    requirements: Object.fromEntries(report.requirements.map(({ id, verdict }) => [id, verdict.outcome])),
    cases: Object.fromEntries(
      report.cases.map(({ id, outcome, because }) => [
        id,
        { outcome, ...(outcome === 'pass' ? {} : { because: shortened(because) }) },
      ]),
    ),
  };
}

/** Words of a verdict, without the ids of the run that a later run would have otherwise. */
function shortened(because: string): string {
  const line = because.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
}

const WRONG = 'wrong.json';
const wrongSchema = z.array(
  z.strictObject({ setup: z.string(), case: z.string(), outcome: z.string(), right: z.string(), why: z.string() }),
);
/** A result that is known to be wrong: what the case says, what it should say, and why. */
export type WrongResult = z.infer<typeof wrongSchema>[number];

/** The summaries in a folder, by name, and the list of those results that are wrong. */
export function readPlatforms(folder: string): { summaries: PlatformSummary[]; wrong: WrongResult[] } {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== WRONG);
  return {
    summaries: files.sort().map((file) => summarySchema.parse(read(file))),
    wrong: wrongSchema.parse(read(WRONG)),
  };
}
