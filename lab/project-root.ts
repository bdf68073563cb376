import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../src/errors.ts';

/**
 * The checkout that this program runs from: the nearest folder above it that holds `lab/go`. The lab is built from the
 * checkout's sources, so it needs one, whether the program itself is bundled or not.
 * @throws PlimsollError `lab-no-checkout`
 */
export function projectRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'lab', 'go'))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new PlimsollError(
    'lab-no-checkout',
    'the lab is not part of the installed package: its components are built from a checkout of the project',
    'Clone the project, run `make build` there, and call ./plimsoll lab from the clone.',
  );
}

/** A file of the checkout, by its path in it. */
export function projectFile(path: string): string {
  return join(projectRoot(), path);
}
