import { readFile } from 'node:fs/promises';
import { PlimsollError } from '../errors.ts';
import {
  inRun,
  RUN_FILES,
  type RunEvent,
  type RunReport,
  readTimeline,
  runEventSchema,
  type Timeline,
} from '../evidence/index.ts';

/** A timeline, or why there is none to show. */
export type CaseTimeline = { readonly timeline: Timeline } | { readonly missing: string };

/** Everything that a report is made of. */
export interface RunData {
  readonly report: RunReport;
  /** By id of the instance. */
  readonly timelines: ReadonlyMap<string, CaseTimeline>;
  readonly warnings: readonly Extract<RunEvent, { event: 'warning' }>[];
}

/** Reads what lies in a run folder beside report.json. What cannot be read is said in the report, not thrown. */
export async function readRunData(folder: string, report: RunReport): Promise<RunData> {
  const timelines = new Map(report.cases.map((one) => [one.id, timelineIn(folder, one.timeline)]));
  return { report, timelines, warnings: await warningsIn(folder) };
}

function timelineIn(folder: string, file: string): CaseTimeline {
  try {
    return { timeline: readTimeline(inRun(folder, file)) };
  } catch (error) {
    // Named by its place in the run folder: where the folder lies on this machine is nobody's business.
    const { code } = error as NodeJS.ErrnoException;
    const why = error instanceof PlimsollError ? error.message.replace(inRun(folder, file), file) : `${file}: ${code}`;
    return { missing: why };
  }
}

async function warningsIn(folder: string): Promise<RunData['warnings']> {
  let text: string;
  try {
    text = await readFile(inRun(folder, RUN_FILES.events), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const event = line.includes('"warning"') ? eventOf(line) : undefined;
    return event?.event === 'warning' ? [event] : [];
  });
}

function eventOf(line: string): RunEvent | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    // Half a line: the program was killed while it wrote.
    return undefined;
  }
}
