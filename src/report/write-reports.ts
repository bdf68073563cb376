import { writeFile } from 'node:fs/promises';
import { inRun, RUN_FILES, type RunReport } from '../evidence/index.ts';
import { reportHtml } from './html/report-html.tsx';
import { junitXml } from './junit.ts';
import { readRunData } from './run-data.ts';
import { summaryMarkdown } from './summary.ts';

/** The reports of a run by file name. The same folder and report give the same bytes. */
export async function renderReports(folder: string, report: RunReport): Promise<ReadonlyMap<string, string>> {
  const data = await readRunData(folder, report);
  return new Map([
    [RUN_FILES.html, reportHtml(data)],
    [RUN_FILES.junit, junitXml(report)],
    [RUN_FILES.summary, summaryMarkdown(report)],
  ]);
}

/**
 * Writes report.html, junit.xml and summary.md into a run folder, beside report.json and the timelines that they are made of: the
 * runner's `finish`, before the folder is sealed. Rejects when a file cannot be written.
 */
export async function writeReports(folder: string, report: RunReport): Promise<void> {
  const files = await renderReports(folder, report);
  for (const [file, text] of files) await writeFile(inRun(folder, file), text);
}
