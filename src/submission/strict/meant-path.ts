import { dirname, join } from 'node:path';
import type { Submission } from '../submission.ts';
import type { LocalEvidence } from './evidence-item.ts';
import { folderOf } from './product-folder.ts';
import { suggestion } from './suggestion.ts';

/** What the author of an evidence item that names no file probably meant, as a remedy; undefined when nobody can tell. */
export function meantPath(item: LocalEvidence, submission: Submission): string | undefined {
  const written = item.value.trim();
  const files = folderOf(submission).files();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written) && !/^(?:file|https?):/i.test(written)) {
    return 'Only https:// links and files are evidence.';
  }
  if (/^(?:[\w-]+\.)+[a-z]{2,}\//i.test(written) || /^www\./i.test(written)) return `Write https://${written}`;
  const decoded = decode(item.path);
  if (decoded !== item.path && files.includes(decoded)) {
    return `Write ${decoded}: paths of files are not percent-encoded.`;
  }
  const respelled = files.find((file) => file.toLowerCase() === item.path.toLowerCase());
  if (respelled !== undefined) return `Write ${respelled}: capitals matter.`;
  const elsewhere = files.find((file) => file.endsWith(`/${item.path}`));
  if (elsewhere !== undefined) return `Write ${elsewhere}: paths are relative to PRODUCT.yaml.`;
  if (/\s/.test(written)) return prose(written, files);
  const shorter = files.find((file) => item.path.endsWith(`/${file}`));
  if (shorter !== undefined) return `Write ${shorter}: paths are relative to PRODUCT.yaml, not to the checkout.`;
  const sameStem = files.find((file) => stem(file) === stem(item.path) && dirname(file) === dirname(item.path));
  const near =
    sameStem ??
    suggestion(
      item.path,
      files.filter((file) => file !== 'PRODUCT.yaml'),
    );
  return near === undefined ? undefined : `Did you mean ${join(near)}?`;
}

/** A sentence where a path belongs; often it names the file. */
function prose(written: string, files: readonly string[]): string {
  const named = files.find((file) => file !== 'PRODUCT.yaml' && written.includes(file));
  const instead = named === undefined ? 'name a file or a link' : `write only ${named}`;
  return `Evidence is a path or a link, not a sentence: ${instead}, and put the words into notes.`;
}

function stem(path: string): string {
  return path
    .toLowerCase()
    .replace(/\.[^./]*$/, '')
    .replace(/[-_\s]/g, '');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not percent-encoded.
    return path;
  }
}
