import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { type Checklist, checklist, versions } from './checklist.ts';
import type { Version } from './versions.ts';

/** The file of an official checklist in a checkout of the programme. */
export interface ChecklistFile {
  readonly file: string;
  readonly text: string;
  /** Whether it is the file that the facts of this version were taken from. */
  readonly pinned: boolean;
}

/**
 * Reads the official file of a version from `dir`, a checkout of the programme that the user has.
 * @throws PlimsollError `checklist-not-found`
 */
export function readChecklistFile(dir: string, version: Version): ChecklistFile {
  const facts = checklist(version);
  const file = join(resolve(dir), facts.file);
  const text = read(file, dir);
  return { file, text, pinned: isPinned(text, facts) };
}

/**
 * The checkout of the programme that `start` (a file or folder) lies in: the nearest folder above it that has an
 * official checklist. Undefined when there is none.
 */
export function findProgram(start: string): string | undefined {
  for (let at = resolve(start); ; at = dirname(at)) {
    if (versions.some((version) => existsSync(join(at, checklist(version).file)))) return at;
    if (at === dirname(at)) return undefined;
  }
}

function read(file: string, dir: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PlimsollError(
      'checklist-not-found',
      `${file} cannot be read, so ${dir} is not a checkout of the programme with this version's checklist.`,
      'Name a checkout of k8s-ai-conformance with --program DIR (it has docs/AIConformance-X.Y.yaml).',
      { cause },
    );
  }
}

/** One final newline more or less is the same file: editors add it. */
function isPinned(bytes: string, { sha256 }: Checklist): boolean {
  const text = bytes.replace(/\n$/, '');
  return [text, `${text}\n`].some((one) => createHash('sha256').update(one).digest('hex') === sha256);
}
