import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PlimsollError } from '../../errors.ts';
import { inRun, RUN_FILES } from '../run/run-folder.ts';
import { type RunReport, runReportSchema } from '../run/run-report.ts';
import { type Discrepancy, notSealed } from './discrepancy.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { manifestText, sealOf } from './seal.ts';

interface Read<T> {
  readonly value: T | undefined;
  readonly discrepancies: readonly Discrepancy[];
}

/** manifest.json, checked against its own seal. */
export async function readManifest(folder: string): Promise<Read<Manifest>> {
  const file = RUN_FILES.manifest;
  const text = await textOf(folder, file);
  if (text === undefined) throw notSealed(folder);
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (!parsed.success) return { value: undefined, discrepancies: [{ file, what: 'is no manifest: it was damaged' }] };
  const { seal, ...open } = parsed.data;
  const intact = seal === sealOf(open) && text === manifestText(parsed.data);
  return {
    value: parsed.data,
    discrepancies: intact ? [] : [{ file, what: 'was changed: it does not carry its own seal' }],
  };
}

/** report.json, if it is one. */
export async function readReport(folder: string): Promise<Read<RunReport>> {
  const file = RUN_FILES.report;
  const text = await textOf(folder, file);
  if (text === undefined)
    return { value: undefined, discrepancies: [{ file, what: 'is missing: no verdict was written' }] };
  const parsed = runReportSchema.safeParse(jsonOf(text));
  if (parsed.success) return { value: parsed.data, discrepancies: [] };
  const issue = parsed.error.issues[0];
  const where = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  return { value: undefined, discrepancies: [{ file, what: `is no report of this tool (${where})` }] };
}

async function textOf(folder: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(inRun(folder, file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && existsSync(folder)) return undefined;
    throw new PlimsollError(
      'run-not-readable',
      `cannot read ${file} of ${folder}: ${code === 'ENOENT' ? 'there is no such folder' : String(code)}`,
      'Name the folder of a run.',
      {
        cause: error,
      },
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
