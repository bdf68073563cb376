import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Submission } from '../submission.ts';

/** Larger files are not read; the finding `evidence-file-too-large` says so. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** More files than this in one product folder are not listed. */
const MAX_FILES = 2000;
const MAX_DEPTH = 8;

/** What lies at a path inside a product folder. */
export type Lookup =
  | { readonly kind: 'file'; readonly bytes: number; readonly real: string }
  | { readonly kind: 'directory' | 'missing' | 'outside' }
  /** A symbolic link (the file, or a folder on the way) leads out of the product folder. */
  | { readonly kind: 'leads-out'; readonly target: string }
  /** Neither a file nor a folder, or the system refuses the name: `code` is its word for it. */
  | { readonly kind: 'unreadable'; readonly code: string };

/** Read access to one product folder: nothing outside is opened, each file is read once. */
export class ProductFolder {
  readonly #root: string;
  #real: string | undefined;
  #files: readonly string[] | undefined;
  readonly #texts = new Map<string, string | undefined>();
  readonly #lookups = new Map<string, Lookup>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Paths of all files, `/` between parts, sorted; symbolic links are listed but not followed. */
  files(): readonly string[] {
    if (!this.#files) {
      const found: string[] = [];
      this.#list('', 0, found);
      this.#files = found.toSorted();
    }
    return this.#files;
  }

  /** What lies at a normalised relative path. */
  look(path: string): Lookup {
    const known = this.#lookups.get(path);
    if (known) return known;
    const found = this.#lookUp(path);
    this.#lookups.set(path, found);
    return found;
  }

  /** The text of a file; undefined when it is not a readable file inside, larger than the limit, or binary. */
  text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, this.#read(path));
    return this.#texts.get(path);
  }

  #list(folder: string, depth: number, found: string[]): void {
    if (depth > MAX_DEPTH) return;
    for (const one of entriesOf(join(this.#root, folder))) {
      if (found.length >= MAX_FILES) return;
      const path = folder === '' ? one.name : `${folder}/${one.name}`;
      if (one.isDirectory()) this.#list(path, depth + 1, found);
      else found.push(path);
    }
  }

  #lookUp(path: string): Lookup {
    if (path.split('/').includes('..')) return { kind: 'outside' };
    try {
      this.#real ??= realpathSync(this.#root);
      const absolute = join(this.#root, path);
      if (!lstatSync(absolute, { throwIfNoEntry: false })) return { kind: 'missing' };
      const real = realpathSync(absolute);
      if (real !== this.#real && !real.startsWith(this.#real + sep)) return { kind: 'leads-out', target: real };
      const stat = statSync(real);
      if (stat.isDirectory()) return { kind: 'directory' };
      if (!stat.isFile()) return { kind: 'unreadable', code: 'not a regular file' };
      return { kind: 'file', bytes: stat.size, real };
    } catch (error) {
      const code = codeOf(error);
      return code === 'ENOENT' ? { kind: 'missing' } : { kind: 'unreadable', code };
    }
  }

  #read(path: string): string | undefined {
    const found = this.look(path);
    if (found.kind !== 'file' || found.bytes > MAX_FILE_BYTES) return undefined;
    let handle: number | undefined;
    try {
      handle = openSync(found.real, 'r');
      if (!fstatSync(handle).isFile()) return undefined;
      const bytes = readFileSync(handle);
      return bytes.subarray(0, 4096).includes(0) ? undefined : bytes.toString('utf8');
    } catch {
      // Unreadable after all (rights, vanished): whoever asked treats it as a file without text.
      return undefined;
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  }
}

function entriesOf(folder: string): import('node:fs').Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that cannot be listed has no files to speak of; an evidence item that names one is reported by itself.
    return [];
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : String(error);
}

const folders = new WeakMap<Submission, ProductFolder>();

/** The folder of a submission, the same object for every rule. */
export function folderOf(submission: Submission): ProductFolder {
  let folder = folders.get(submission);
  if (!folder) {
    folder = new ProductFolder(submission.folder);
    folders.set(submission, folder);
  }
  return folder;
}
