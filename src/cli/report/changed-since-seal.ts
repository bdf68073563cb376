import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inRun, manifestSchema, RUN_FILES } from '../../evidence/index.ts';

/**
 * Which of these files a sealed folder holds with another content (or does not hold). None when it is not sealed: a folder without a
 * manifest may be written to.
 */
export async function changedSinceSeal(folder: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(inRun(folder, RUN_FILES.manifest), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const sealed = new Map(sealedFiles(text).map(({ path, sha256 }) => [path, sha256]));
  return [...files].filter(([file, content]) => sealed.get(file) !== sha256Of(content)).map(([file]) => file);
}

/** A damaged manifest seals nothing that could be matched, so everything counts as changed. */
function sealedFiles(text: string): readonly { path: string; sha256: string }[] {
  try {
    return manifestSchema.parse(JSON.parse(text)).files;
  } catch {
    return [];
  }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
