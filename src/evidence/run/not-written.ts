import { PlimsollError } from '../../errors.ts';

/** The error for evidence that cannot be written (a full disk, a folder that is gone). */
export function evidenceNotWritten(path: string, cause: unknown): PlimsollError {
  return new PlimsollError(
    'evidence-not-written',
    `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Free space or name another folder (--out), then run again.',
    { cause },
  );
}
