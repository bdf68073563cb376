import type { Submission } from '../submission.ts';
import { field } from './metadata-fields.ts';

/** Name of the product folder, `eks` in v1.35/eks/PRODUCT.yaml. */
export function folderName(submission: Submission): string {
  return submission.path.split('/').at(-2) ?? '';
}

/** True for two submissions of one product: the same folder name (capitals aside) in the same checkout. */
export function isSameProduct(a: Submission, b: Submission): boolean {
  if (a === b || a.file === b.file || a.root !== b.root) return false;
  return folderName(a) !== '' && folderName(a).toLowerCase() === folderName(b).toLowerCase();
}

/** The submission of the same product for the nearest older Kubernetes version. */
export function predecessor(submission: Submission, siblings: readonly Submission[]): Submission | undefined {
  const own = minorOf(submission);
  return siblings
    .filter((other) => isSameProduct(submission, other) && minorOf(other) < own)
    .toSorted((a, b) => minorOf(a) - minorOf(b))
    .at(-1);
}

/** True when a newer version of the product is among the siblings. */
export function hasSuccessor(submission: Submission, siblings: readonly Submission[]): boolean {
  return siblings.some((other) => isSameProduct(submission, other) && minorOf(other) > minorOf(submission));
}

function minorOf(submission: Submission): number {
  return submission.version === undefined ? Number.NaN : Number(submission.version.split('.')[1]);
}

/** Vendor of a submission, trimmed and in small letters; empty when there is none. */
export function vendorKey(submission: Submission): string {
  return field(submission, 'vendorName')?.value.trim().toLowerCase() ?? '';
}
