import { PlimsollError } from '../../errors.ts';
import { RUN_FILES } from '../run/run-folder.ts';

/** One thing that is not as it was sealed, or not as the timelines say. */
export interface Discrepancy {
  /** The file, relative to the run folder. */
  readonly file: string;
  readonly what: string;
}

/** The error for a run that was never sealed. */
export function notSealed(folder: string): PlimsollError {
  return new PlimsollError(
    'run-not-sealed',
    `${folder} has no ${RUN_FILES.manifest}: the run was killed before its end, or is still going on`,
    'There is no verdict to verify. The timelines under cases/ are readable; remove what is left in the cluster with `plimsoll cleanup`, then run again.',
  );
}
