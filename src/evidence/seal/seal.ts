import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { evidenceNotWritten } from '../run/not-written.ts';
import { inRun, isAfterwards, RUN_FILES } from '../run/run-folder.ts';
import type { Manifest } from './manifest.ts';

/** Hashes every file of the run folder and writes manifest.json, the last file of a run. */
export async function seal(
  folder: string,
  about: Pick<Manifest, 'tool' | 'run' | 'cluster' | 'sealedAt'>,
): Promise<Manifest> {
  const paths = (await filesOf(folder)).filter((path) => path !== RUN_FILES.manifest && !isAfterwards(path));
  const files: Manifest['files'] = [];
  for (const path of paths) files.push({ path, ...(await digestOf(inRun(folder, path))) });
  const { tool, run, cluster, sealedAt } = about;
  const open = { schema: 'plimsoll.dev/manifest/v1' as const, tool, run, cluster, sealedAt, files };
  const manifest = { ...open, seal: sealOf(open) };
  const path = inRun(folder, RUN_FILES.manifest);
  await writeFile(path, manifestText(manifest)).catch((error: unknown) => {
    throw evidenceNotWritten(path, error);
  });
  return manifest;
}

/** The bytes of a manifest: one form only, so that a changed space shows too. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

export function sealOf(open: Omit<Manifest, 'seal'>): string {
  return createHash('sha256').update(JSON.stringify(open)).digest('hex');
}

/** Every file below a folder, sorted, with `/` between the parts. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

export async function digestOf(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}
