import type { Finding, Position } from '../finding.ts';
import type { Submission } from '../submission.ts';
import { citedFiles, evidenceItems } from './evidence-item.ts';
import { field } from './metadata-fields.ts';
import { privateTraces } from './private-traces.ts';
import { folderOf } from './product-folder.ts';
import { facts, strictRule } from './strict-rule.ts';

const unreferenced = facts({
  id: 'file-unreferenced',
  severity: 'info',
  reason: 'A file lies in the product folder that nothing refers to.',
  remedy: 'Cite it as evidence, or leave it out.',
  source: 'reviewers only open what is cited',
});
const blankName = facts({
  id: 'file-name-blank',
  severity: 'info',
  reason: 'A file name holds blanks, which scripts that pass lists of files break on.',
  remedy: 'Use hyphens.',
  source: 'the official workflow passes file names separated by blanks',
});
const privateData = facts({
  id: 'evidence-private-data',
  severity: 'warning',
  reason: 'A file in the product folder holds what looks private: an account name, a mail address, a secret.',
  remedy: 'Replace it before the file becomes public; a secret that was published has to be revoked.',
  source: 'evidence is published',
});

const TEXT = /\.(?:md|markdown|txt|log|out|ya?ml|json|ndjson|xml|html?|sh|csv|env|conf|cfg|ini|toml)$/i;
const START: Position = { line: 1, column: 1 };

/** The files of the product folder: who refers to them, how they are named, what they give away. */
export const folderFiles = strictRule([unreferenced, blankName, privateData], function* (submission) {
  const files = folderOf(submission)
    .files()
    .filter((file) => file !== 'PRODUCT.yaml');
  const cited = citedFiles(submission);
  const orphans = files.filter(
    (file) => !cited.has(file) && !isExpected(file) && !isMentioned(submission, file, files),
  );
  if (orphans.length > 0) {
    const shown = orphans.slice(0, 10).join(', ') + (orphans.length > 10 ? ', ...' : '');
    const what = orphans.length === 1 ? 'A file lies' : `${orphans.length} files lie`;
    yield unreferenced.at(START, 'document', `${what} in the folder that nothing refers to: ${shown}.`);
  }
  for (const file of files) {
    const [item] = cited.get(file) ?? [];
    const place = item ?? START;
    const subject = item?.subject ?? 'document';
    if (/\s/.test(file)) yield blankName.at(place, subject, `The file name ${JSON.stringify(file)} holds blanks.`);
    if (TEXT.test(file)) yield* traces(submission, file, place, subject);
  }
});

function* traces(submission: Submission, file: string, place: Position, subject: string): Generator<Finding> {
  const text = folderOf(submission).text(file);
  if (text === undefined) return;
  const contact = field(submission, 'contactEmailAddress')?.value.trim().toLowerCase();
  for (const { what, line, count } of privateTraces(text, contact)) {
    const more = count > 1 ? ` (${count} times)` : '';
    yield privateData.at(place, subject, `${file}, line ${line}: ${what}${more}.`);
  }
}

/** Files that stand for themselves. */
function isExpected(file: string): boolean {
  return /^(?:readme|license|notice|changelog|contributing)(?:\.[a-z]+)?$/i.test(file) || file.startsWith('.');
}

/** Named by the submission, by cited text, by the README, or inside a folder that is cited as a whole. */
function isMentioned(submission: Submission, file: string, files: readonly string[]): boolean {
  const base = file.split('/').at(-1) ?? file;
  // A name that several folders use (output.md) says nothing without its folder.
  const name = files.some((other) => other !== file && other.endsWith(`/${base}`)) ? file : base;
  const inCitedFolder = evidenceItems(submission).local.some(
    (item) => item.found.kind === 'directory' && file.startsWith(`${item.path}/`),
  );
  if (inCitedFolder || submission.text.includes(name)) return true;
  const texts = [...citedFiles(submission).keys(), ...files.filter(isExpected)];
  return texts.some((path) => /\.(?:md|markdown|html?|txt)$/i.test(path) && mentions(submission, path, name));
}

function mentions(submission: Submission, path: string, name: string): boolean {
  const text = folderOf(submission).text(path);
  return text !== undefined && (text.includes(name) || text.includes(encodeURI(name)));
}
