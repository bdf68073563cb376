import type { Judge } from '../result/judge-case.ts';
import { inRun, isAfterwards, RUN_FILES } from '../run/run-folder.ts';
import type { RunReport } from '../run/run-report.ts';
import type { Discrepancy } from './discrepancy.ts';
import { readManifest, readReport } from './read-run.ts';
import { recompute } from './recompute.ts';
import { digestOf, filesOf } from './seal.ts';

export interface Verification {
  readonly report: RunReport | undefined;
  /** Files whose hash was checked and cases whose result was recomputed. */
  readonly files: number;
  readonly cases: number;
  /** Empty: the run is as it was sealed, and every verdict follows from the timelines. */
  readonly discrepancies: readonly Discrepancy[];
  /** Worth knowing, no discrepancy: files that cleanup added, another version of the tool. */
  readonly remarks: readonly string[];
}

/**
 * Checks a run folder: every file's hash against the manifest, and every result, finding and verdict against what the judges make
 * of the timelines now. Throws `run-not-sealed` when there is no manifest (the run was killed or is still going on).
 */
export async function verify(folder: string, judges: readonly Judge[], version: string): Promise<Verification> {
  const manifest = await readManifest(folder);
  const discrepancies = [...manifest.discrepancies];
  const remarks: string[] = [];
  const sealed = new Map(manifest.value?.files.map((file) => [file.path, file]) ?? []);
  const present = (await filesOf(folder)).filter((path) => path !== RUN_FILES.manifest);

  for (const path of present) {
    const expected = sealed.get(path);
    if (expected === undefined) {
      if (isAfterwards(path)) remarks.push(`${path} was written after the run was sealed, by a cleanup`);
      else discrepancies.push({ file: path, what: 'is not in the manifest: it was added after the run was sealed' });
      continue;
    }
    const actual = await digestOf(inRun(folder, path));
    if (actual.sha256 === expected.sha256) continue;
    const size = actual.bytes === expected.bytes ? 'same size' : `${actual.bytes} bytes instead of ${expected.bytes}`;
    discrepancies.push({
      file: path,
      what: `was changed after the run was sealed (${size}, sha256 ${actual.sha256.slice(0, 12)}… instead of ${expected.sha256.slice(0, 12)}…)`,
    });
  }
  for (const path of sealed.keys())
    if (!present.includes(path)) discrepancies.push({ file: path, what: 'is in the manifest but missing' });
  if (manifest.value && manifest.value.tool.version !== version)
    remarks.push(
      `the run was made by version ${manifest.value.tool.version}, this is ${version}: judges may have changed since`,
    );

  const report = await readReport(folder);
  discrepancies.push(...report.discrepancies);
  const recomputed = report.value ? await recompute(folder, report.value, judges) : { cases: 0, discrepancies: [] };
  discrepancies.push(...recomputed.discrepancies);
  return { report: report.value, files: sealed.size, cases: recomputed.cases, discrepancies, remarks };
}
