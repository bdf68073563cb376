import { EXIT, type ExitCode } from '../../errors.ts';
import type { RunReport } from '../run/run-report.ts';

/**
 * The exit code of a run. A proven fail of a MUST outranks everything but an interruption; an error of ours and what was left in
 * the cluster outrank "inconclusive", because they ask for somebody to act.
 */
export function exitCodeOf(report: Pick<RunReport, 'run' | 'requirements' | 'cases' | 'leftovers'>): ExitCode {
  const musts = report.requirements.filter((one) => one.level === 'MUST').map((one) => one.verdict.outcome);
  if (report.run.interrupted) return EXIT.interrupted;
  if (musts.includes('fail')) return EXIT.failed;
  if (report.cases.some((one) => one.class === 'ours')) return EXIT.ours;
  if (report.leftovers.length > 0) return EXIT.leftovers;
  return musts.includes('inconclusive') || musts.length === 0 ? EXIT.inconclusive : EXIT.ok;
}
