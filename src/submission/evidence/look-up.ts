import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/** Largest file that is read: the official validator would read more, we say that we did not look. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Whether the system says that nothing is there. Every other error (name too long, not a folder) counts as there, as in Go. */
export function isMissing(file: string): boolean {
  try {
    // Not by an exception, which costs more than asking. Node answers the same when a part of the path is no folder
    // (ENOTDIR), so that part is looked for.
    if (statSync(file, { throwIfNoEntry: false })) return false;
    for (let above = dirname(file); above !== dirname(above); above = dirname(above)) {
      const stat = statSync(above, { throwIfNoEntry: false });
      if (stat) return stat.isDirectory();
    }
    return true;
  } catch {
    return false;
  }
}

/** A file's content, or why there is none. */
export type Opened =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Go cannot read it either. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** Go could, we do not. */
  | { readonly kind: 'refused'; readonly why: string };

/** Reads a file that really lies in a folder. */
export function readInside(file: string, folder: string): Opened {
  let real: string;
  try {
    real = realpathSync(file);
    const inside = relative(realpathSync(folder), real);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) {
      return { kind: 'refused', why: 'a symbolic link leads out of its folder' };
    }
    const stat = statSync(real);
    if (stat.isDirectory()) return { kind: 'unreadable', why: 'it is a folder' };
    if (!stat.isFile()) return { kind: 'refused', why: 'it is not a regular file' };
    if (stat.size > MAX_BYTES) return { kind: 'refused', why: `it is larger than ${MAX_BYTES / 1024 / 1024} MiB` };
    return { kind: 'bytes', bytes: readAll(real) };
  } catch (error) {
    return { kind: 'unreadable', why: codeOf(error) };
  }
}

/** Never more than the limit, even if the file grows while it is read. */
function readAll(file: string): Uint8Array {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(fstatSync(handle).size, MAX_BYTES));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(handle, bytes, filled, bytes.length - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(handle);
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : String(error);
}
