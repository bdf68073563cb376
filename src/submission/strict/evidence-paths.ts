import type { Finding } from '../finding.ts';
import type { Submission } from '../submission.ts';
import { evidenceItems, type LocalEvidence } from './evidence-item.ts';
import { folderOf, MAX_FILE_BYTES } from './product-folder.ts';
import { facts, strictRule } from './strict-rule.ts';

const leadsOut = facts({
  id: 'evidence-symlink-escapes',
  severity: 'error',
  reason: 'An evidence path is a symbolic link that leads out of the product folder.',
  remedy: 'Copy the file into the product folder.',
  source: 'evidence lies in the product folder (official validator since 2026-09, which follows links)',
});
const unreadable = facts({
  id: 'evidence-unreadable',
  severity: 'error',
  reason: 'An evidence path names something that cannot be a file; the official validator lets it pass unseen.',
  remedy: 'Write the path of a file relative to PRODUCT.yaml; a sentence belongs into notes.',
  source: 'instructions: evidence is a link or a file',
});
const directory = facts({
  id: 'evidence-directory',
  severity: 'warning',
  reason: 'An evidence path is a folder, not a file.',
  remedy: 'List the files.',
  source: 'instructions: evidence is a link or a file',
});
const emptyFile = facts({
  id: 'evidence-file-empty',
  severity: 'error',
  reason: 'A file of evidence has no content.',
  remedy: 'Add the file again, with its content.',
  source: 'instructions: evidence shows that the requirement is met',
});
const tooLarge = facts({
  id: 'evidence-file-too-large',
  severity: 'info',
  reason: 'A file of evidence is too large to be looked into.',
  remedy: 'Shorten it to what matters; nobody reviews a file of this size.',
  source: `files over ${MAX_FILE_BYTES / 1024 / 1024} MiB are not read`,
});
const caseMismatch = facts({
  id: 'evidence-case-mismatch',
  severity: 'error',
  reason: 'An evidence path is spelled with other capitals than the file, which only some file systems forgive.',
  remedy: 'Spell the path like the file.',
  source: 'the official checks run on Linux',
});

/** Evidence that names something in the product folder, beyond "does it exist". */
export const evidencePaths = strictRule(
  [leadsOut, unreadable, directory, emptyFile, tooLarge, caseMismatch],
  function* (submission) {
    for (const item of evidenceItems(submission).local) yield* path(submission, item);
  },
);

function* path(submission: Submission, item: LocalEvidence): Generator<Finding> {
  const { found, subject } = item;
  const shown = shorten(item.value);
  switch (found.kind) {
    case 'leads-out':
      yield leadsOut.at(
        item,
        subject,
        `Evidence of ${subject} leads out of the product folder by a symbolic link: ${shown}`,
      );
      break;
    case 'unreadable':
      yield unreadable.at(item, subject, `Evidence of ${subject} cannot be a file (${found.code}): ${shown}`);
      break;
    case 'directory':
      yield directory.at(item, subject, `Evidence of ${subject} is a folder: ${shown}`);
      break;
    case 'file':
      if (found.bytes === 0) yield emptyFile.at(item, subject, `Evidence of ${subject} is an empty file: ${shown}`);
      if (found.bytes > MAX_FILE_BYTES) {
        const size = `${Math.round(found.bytes / 1024 / 1024)} MiB`;
        yield tooLarge.at(item, subject, `Evidence of ${subject} has ${size} and was not looked into: ${shown}`);
      }
      yield* capitals(submission, item);
      break;
    case 'missing':
    case 'outside':
      // Said by the official rules; reviewer.ts adds what was probably meant.
      break;
  }
}

function* capitals(submission: Submission, item: LocalEvidence): Generator<Finding> {
  const files = folderOf(submission).files();
  if (files.includes(item.path)) return;
  const real = files.find((file) => file.toLowerCase() === item.path.toLowerCase());
  if (real === undefined) return;
  const message = `Evidence of ${item.subject} is spelled ${item.path}, but the file is ${real}.`;
  yield caseMismatch.at(item, item.subject, message, { remedy: `Write ${real}.` });
}

function shorten(text: string): string {
  const one = text.trim().replace(/\s+/g, ' ');
  return JSON.stringify(one.length > 100 ? `${one.slice(0, 97)}...` : one);
}
