import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Header, pack } from 'tar-stream';
import type { LayerEntry } from './image.ts';

export interface Blob {
  /** `sha256:<hex>` */
  readonly digest: string;
  readonly size: number;
}

/**
 * Writes a layer as an uncompressed tar into `blobs` (the layout of the registry's disk: `sha256/<hex>`) while hashing it.
 * Equal entries give equal bytes: order as given, no times, no owners but root.
 */
export async function writeLayer(entries: readonly LayerEntry[], blobs: string): Promise<Blob> {
  const archive = pack();
  const hash = createHash('sha256');
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(undefined, chunk);
    },
  });
  mkdirSync(join(blobs, 'sha256'), { recursive: true });
  const making = join(blobs, `making-${process.pid}-${Math.random().toString(36).slice(2)}`);
  try {
    await Promise.all([pipeline(archive, counted, createWriteStream(making)), fill(archive, entries)]);
    const hex = hash.digest('hex');
    renameSync(making, join(blobs, 'sha256', hex));
    return { digest: `sha256:${hex}`, size };
  } finally {
    rmSync(making, { force: true });
  }
}

async function fill(archive: ReturnType<typeof pack>, entries: readonly LayerEntry[]): Promise<void> {
  try {
    for (const entry of entries) await add(archive, entry);
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

async function add(archive: ReturnType<typeof pack>, entry: LayerEntry): Promise<void> {
  const header: Partial<Header> & { name: string } = { name: entry.path, mtime: new Date(0), uid: 0, gid: 0 };
  switch (entry.type) {
    case 'directory':
      archive.entry({ ...header, type: 'directory', mode: entry.mode });
      return;
    case 'symlink':
      archive.entry({ ...header, type: 'symlink', linkname: entry.target, mode: 0o777 });
      return;
    case 'text':
      archive.entry({ ...header, mode: entry.mode }, entry.text);
      return;
    case 'file': {
      // Before the stream is opened: a file that is not there must not fail in two places.
      const { size } = statSync(entry.source);
      await pipeline(
        createReadStream(entry.source, { highWaterMark: 1024 * 1024 }),
        archive.entry({ ...header, mode: entry.mode, size }),
      );
    }
  }
}
