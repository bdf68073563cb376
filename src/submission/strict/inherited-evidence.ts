import type { Finding } from '../finding.ts';
import type { Entry, Submission } from '../submission.ts';
import { filledEvidence, isImplemented } from './entry-facts.ts';
import { citedFiles, evidenceItems } from './evidence-item.ts';
import { field } from './metadata-fields.ts';
import { folderName, isSameProduct, predecessor, vendorKey } from './product-family.ts';
import { folderOf } from './product-folder.ts';
import { facts, strictRule } from './strict-rule.ts';

const sameList = facts({
  id: 'evidence-list-inherited',
  severity: 'info',
  reason: 'A requirement cites exactly the evidence of the previous Kubernetes version.',
  remedy: 'Fine for documentation that covers both; results of a test should be of this version.',
  source: 'terms 5.1 and 5.4: a renewal is a new checklist for a new version',
});
const sameFile = facts({
  id: 'evidence-file-inherited',
  severity: 'warning',
  reason: 'A file of evidence is byte for byte the one of the previous Kubernetes version.',
  remedy: 'Repeat the test on this version.',
  source: 'terms 5.2 (accurate evidence) and 5.4',
});
const vendorChanged = facts({
  id: 'vendor-name-changed',
  severity: 'info',
  reason: 'The vendor has another name in another version of the same product.',
  remedy: 'Write the name of the CNCF member list in every version.',
  source: 'instructions: vendorName is the name of the CNCF member',
});
const folderChanged = facts({
  id: 'folder-name-changed',
  severity: 'info',
  reason: 'The folder is spelled with other capitals than for another version of the same product.',
  remedy: 'Keep one spelling, so that the versions of a product can be found together.',
  source: 'reviewers compare versions by folder name',
});

/** What a submission took over from the other versions of its product in the same call. */
export const inheritedEvidence = strictRule(
  [sameList, sameFile, vendorChanged, folderChanged],
  function* (submission, { siblings }) {
    const before = predecessor(submission, siblings);
    if (before) {
      yield* lists(submission, before);
      yield* files(submission, before);
    }
    const family = siblings.filter((other) => isSameProduct(submission, other));
    const vendor = field(submission, 'vendorName');
    const renamed = family.find((other) => vendorKey(other) !== '' && vendorKey(other) !== vendorKey(submission));
    if (vendor && renamed) {
      const other = field(renamed, 'vendorName')?.value;
      yield vendorChanged.at(
        vendor,
        'vendorName',
        `vendorName is "${vendor.value}" here and "${other}" in ${renamed.path}.`,
      );
    }
    const respelled = family.find((other) => folderName(other) !== folderName(submission));
    if (respelled) {
      const message = `The folder is ${folderName(submission)} here and ${folderName(respelled)} in v${respelled.version}.`;
      yield folderChanged.at({ line: 1, column: 1 }, 'document', message);
    }
  },
);

function* lists(submission: Submission, before: Submission): Generator<Finding> {
  const earlier = new Map(before.entries.map((entry) => [entry.id?.value, listOf(entry, before)]));
  const claimed = submission.entries.filter((entry) => isImplemented(entry) && filledEvidence(entry).length > 0);
  const same = claimed.filter((entry) => earlier.get(entry.id?.value) === listOf(entry, submission));
  const [first] = same;
  if (!first) return;
  const ids = same.map((entry) => entry.id?.value).join(', ');
  const message = `${same.length} of ${claimed.length} implemented requirements cite exactly the evidence of v${before.version}: ${ids}.`;
  yield sameList.at(filledEvidence(first)[0] ?? first, first.id?.value ?? first.category, message);
}

/** The items of an entry; a file of the folder with its size, since a file made anew often keeps its name. */
function listOf(entry: Entry, submission: Submission): string {
  const files = evidenceItems(submission).localOf.get(entry) ?? [];
  const sizes = new Map(files.map(({ value, found }) => [value, found.kind === 'file' ? found.bytes : undefined]));
  return filledEvidence(entry)
    .map((item) => `${item.value.trim()} ${sizes.get(item.value) ?? ''}`)
    .join('\n');
}

function* files(submission: Submission, before: Submission): Generator<Finding> {
  for (const [path, [item]] of citedFiles(submission)) {
    const here = folderOf(submission).look(path);
    const there = folderOf(before).look(path);
    if (!item || here.kind !== 'file' || there.kind !== 'file' || here.bytes !== there.bytes) continue;
    const text = folderOf(submission).text(path);
    if (text === undefined || text !== folderOf(before).text(path)) continue;
    yield sameFile.at(item, item.subject, `${path} is byte for byte the file of v${before.version}.`);
  }
}
