import { relative, resolve, sep } from 'node:path';
import { rootOf } from '../find-submissions.ts';
import type { Submission } from '../submission.ts';

/**
 * Reads one PRODUCT.yaml. Never throws for what the file contains: a file that cannot be read or decoded comes back with
 * `problems`. `root` is the checkout that paths are printed relative to; without it, the folder above the nearest `vX.Y`.
 */
export function readSubmission(file: string, root?: string): Submission {
  const absolute = resolve(file);
  const checkout = resolve(root ?? rootOf(absolute));
  const path = relative(checkout, absolute).split(sep).join('/');
  throw new Error(`not written yet: ${path}`);
}
