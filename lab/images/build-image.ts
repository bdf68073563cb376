import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Image } from './image.ts';
import { type Blob, writeLayer } from './layer.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const KEPT_MS = 30 * 24 * 3_600_000;

const madeSchema = z.object({ manifest: z.string(), blobs: z.array(z.string()) });
/** An image whose blobs lie in the registry's folder; `manifest` is the text to be put. */
export type MadeImage = z.infer<typeof madeSchema>;

/** The folder that registries of all labs serve blobs from: blobs are named by their digest, so it is shared. */
export function blobFolder(cache: string): string {
  return join(cache, 'blobs');
}

/** Makes the image, or finds the one made before from the same content. */
export async function buildImage(image: Image, cache: string): Promise<MadeImage> {
  const blobs = blobFolder(cache);
  const key = createHash('sha256')
    .update(JSON.stringify([1, process.arch, image.title, image.version, image.entries, image.config]))
    .digest('hex')
    .slice(0, 24);
  const record = join(cache, 'images', `${key}.json`);
  const before = readMade(record, blobs);
  if (before) return before;
  const layer = await writeLayer(image.entries, blobs);
  const config = writeBlob(blobs, configText(image, layer));
  const made: MadeImage = { manifest: manifestText(config, layer), blobs: [layer.digest, config.digest] };
  mkdirSync(join(cache, 'images'), { recursive: true });
  writeFileSync(`${record}.${process.pid}`, JSON.stringify(made));
  renameSync(`${record}.${process.pid}`, record);
  return made;
}

function readMade(record: string, blobs: string): MadeImage | undefined {
  if (!existsSync(record)) return undefined;
  const parsed = madeSchema.safeParse(JSON.parse(readFileSync(record, 'utf8')));
  if (!parsed.success || !parsed.data.blobs.every((digest) => existsSync(blobFile(blobs, digest)))) return undefined;
  const now = new Date();
  utimesSync(record, now, now);
  return parsed.data;
}

function configText({ title, version, config }: Image, layer: Blob): string {
  return JSON.stringify({
    architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch,
    os: 'linux',
    config: {
      ...config,
      Labels: { 'org.opencontainers.image.title': title, 'org.opencontainers.image.version': version },
    },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created_by: `plimsoll lab: ${title} ${version}` }],
  });
}

function manifestText(config: Blob, layer: Blob): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, ...config },
    layers: [{ mediaType: LAYER_TYPE, ...layer }],
  });
}

function writeBlob(blobs: string, text: string): Blob {
  const bytes = Buffer.from(text);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const file = blobFile(blobs, digest);
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return { digest, size: bytes.length };
}

function blobFile(blobs: string, digest: string): string {
  return join(blobs, digest.replace(':', '/'));
}

/** Forgets images that no lab used for a month, and every blob that no remembered image has. */
export function sweepImages(cache: string, now = Date.now()): void {
  const [records, blobs] = [join(cache, 'images'), join(blobFolder(cache), 'sha256')];
  if (!existsSync(records) || !existsSync(blobs)) return;
  const used = new Set<string>();
  for (const name of readdirSync(records)) {
    const record = join(records, name);
    const parsed = madeSchema.safeParse(JSON.parse(readFileSync(record, 'utf8')));
    if (parsed.success && now - statSync(record).mtimeMs < KEPT_MS) {
      for (const digest of parsed.data.blobs) used.add(digest.replace('sha256:', ''));
    } else rmSync(record, { force: true });
  }
  for (const name of readdirSync(blobs)) {
    // A blob that is younger than a day may belong to an image that is being made.
    const file = join(blobs, name);
    if (!used.has(name) && now - statSync(file).mtimeMs > 24 * 3_600_000) rmSync(file, { force: true });
  }
}
