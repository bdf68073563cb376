import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PlimsollError } from '../errors.ts';

/** A file to judge and the checkout it belongs to. */
export interface FoundSubmission {
  /** Absolute path of the PRODUCT.yaml. */
  readonly file: string;
  /** Absolute path that the printed path is relative to. */
  readonly root: string;
}

const VERSION_FOLDER = /^v\d+\.\d+$/;

/**
 * Finds the submissions that paths name: a PRODUCT.yaml (any file), a product folder, or a checkout (every
 * `vX.Y/NAME/PRODUCT.yaml` in it). Sorted by path, each once.
 * @throws PlimsollError `path-not-found`, `no-submission`
 */
export function findSubmissions(paths: readonly string[]): readonly FoundSubmission[] {
  const found = new Map(paths.flatMap(named).map((one) => [one.file, one]));
  return [...found.values()].toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

function named(path: string): FoundSubmission[] {
  const absolute = resolve(path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (!stat) {
    throw new PlimsollError(
      'path-not-found',
      `${path} does not exist.`,
      'Name a PRODUCT.yaml, a product folder or a checkout.',
    );
  }
  if (!stat.isDirectory()) return [{ file: absolute, root: rootOf(absolute) }];
  const own = join(absolute, 'PRODUCT.yaml');
  if (statSync(own, { throwIfNoEntry: false })) return [{ file: own, root: rootOf(own) }];
  const inside = VERSION_FOLDER.test(basename(absolute))
    ? productsOf(absolute, dirname(absolute))
    : versionsOf(absolute);
  if (inside.length > 0) return inside;
  throw new PlimsollError(
    'no-submission',
    `${path} holds no submission: neither PRODUCT.yaml nor vX.Y/NAME/PRODUCT.yaml.`,
    'Name a PRODUCT.yaml, a product folder or a checkout of the programme.',
  );
}

function versionsOf(root: string): FoundSubmission[] {
  return readdirSync(root)
    .filter((name) => /^v\d+\./.test(name))
    .flatMap((name) => productsOf(join(root, name), root));
}

function productsOf(folder: string, root: string): FoundSubmission[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name, 'PRODUCT.yaml'))
    .filter((file) => isThere(file))
    .map((file) => ({ file, root }));
}

function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A path through something that is not a folder (ENOTDIR): nothing to judge there.
    return false;
  }
}

/** The folder above the nearest `vX.Y`; without one the parent of the product folder. */
export function rootOf(file: string): string {
  const folder = dirname(file);
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (VERSION_FOLDER.test(basename(at))) return dirname(at);
  }
  return dirname(folder);
}
