import { readFile } from 'node:fs/promises';
import { PlimsollError } from '../../errors.ts';
import { inRun, RUN_FILES, type RunReport, runReportSchema } from '../../evidence/index.ts';

/**
 * report.json of a run folder.
 * @throws PlimsollError `run-not-readable` when there is none (no run, or one that was killed) or when it is damaged
 */
export async function readRunReport(folder: string): Promise<RunReport> {
  const file = inRun(folder, RUN_FILES.report);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new PlimsollError(
      'run-not-readable',
      code === 'ENOENT' ? `${folder} has no ${RUN_FILES.report}` : `${file} cannot be read: ${String(code)}`,
      'Name the folder of a run that came to its end. A run that was killed has evidence but no verdicts: run again.',
      { cause },
    );
  }
  const parsed = runReportSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PlimsollError(
    'run-not-readable',
    `${file} is no report of this tool (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
    'It was changed or damaged, or a newer version wrote it; plimsoll verify tells which.',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
