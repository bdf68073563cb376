import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { z } from 'zod';
import { PlimsollError } from '../../src/errors.ts';
import { publishedModule } from './go-module.ts';

/**
 * A few modules do not build as published (a part of them is not to be had, or lags behind this Kubernetes). Their
 * go.mod is replaced by a copy, made at build time from the module cache with the changes that `copies.json` lists.
 */
const copiesSchema = z.strictObject({
  copies: z.array(
    z.strictObject({
      module: z.string(),
      /** Its digest: a module that is replaced has no line in go.sum that would be checked. */
      sum: z.string(),
      /** Name of the copy's folder below `copies/`. */
      to: z.string(),
      why: z.string(),
      /** Globs of paths in the module that are left out. */
      omit: z.array(z.string()).default([]),
      /** Path in the copy -> path of a file in lab/go/MODULE. */
      add: z.record(z.string(), z.string()).default({}),
      edits: z.array(z.strictObject({ file: z.string(), find: z.string(), put: z.string() })).default([]),
    }),
  ),
});
type Copy = z.infer<typeof copiesSchema>['copies'][number];

/**
 * Makes the copies that the Go module in `folder` is built with, in `folder/copies`. `key` tells whether those of an
 * earlier build are still good. Made under another name and renamed, so that half a copy is never taken for one.
 * @throws PlimsollError `module-copy-sum` when a module is not the one that was looked at; `module-copy-edit` when a text to be replaced is not there exactly once (a new version of it).
 */
export async function makeModuleCopies(folder: string, key: string): Promise<void> {
  const list = join(folder, 'copies.json');
  if (!existsSync(list)) return;
  const target = join(folder, 'copies');
  const stamp = join(target, '.key');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  const { copies } = copiesSchema.parse(JSON.parse(readFileSync(list, 'utf8')));
  const making = join(folder, 'copies.making');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  for (const copy of copies) {
    const published = await publishedModule(folder, copy.module);
    if (published.sum !== copy.sum) throw otherContent(copy, published.sum, list);
    makeCopy(copy, published.folder, folder, join(making, copy.to));
  }
  writeFileSync(join(making, '.key'), key);
  rmSync(target, { recursive: true, force: true });
  renameSync(making, target);
}

function otherContent(copy: Copy, sum: string, list: string): PlimsollError {
  return new PlimsollError(
    'module-copy-sum',
    `${copy.module} has the digest ${sum}, and ${list} expects ${copy.sum}`,
    'If its version was raised on purpose, look at what changed and put the new digest there; else do not build with it.',
  );
}

/** Copies one module with its changes; exported for its test. */
export function makeCopy(copy: Copy, source: string, folder: string, target: string): void {
  cpSync(source, target, {
    recursive: true,
    // The module cache is read-only; the copy must not be.
    mode: 0,
    filter: (path) => !copy.omit.some((glob) => matchesGlob(relative(source, path), glob)),
  });
  for (const [path, from] of Object.entries(copy.add)) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, readFileSync(join(folder, from)));
  }
  for (const { file, find, put } of copy.edits) {
    const path = join(target, file);
    const parts = readFileSync(path, 'utf8').split(find);
    if (parts.length !== 2) {
      throw new PlimsollError(
        'module-copy-edit',
        `${file} of ${copy.module} has ${parts.length - 1} times the text that lab/go replaces once: ${find}`,
        `The module's version changed: look at it and mend copies.json (it is replaced because: ${copy.why}).`,
      );
    }
    rmSync(path);
    writeFileSync(path, parts.join(put));
  }
}
