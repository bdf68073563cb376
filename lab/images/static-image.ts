import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Image, LayerEntry, RunConfig } from './image.ts';

/** Folders and files that programs expect wherever they run, and the two users that Kubernetes images use most. */
export const BASE: readonly LayerEntry[] = [
  { type: 'directory', path: 'etc/', mode: 0o755 },
  {
    type: 'text',
    path: 'etc/passwd',
    mode: 0o644,
    text: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/false\nnonroot:x:65532:65532:nonroot:/tmp:/bin/false\n',
  },
  { type: 'text', path: 'etc/group', mode: 0o644, text: 'root:x:0:\nnogroup:x:65534:\nnonroot:x:65532:\n' },
  { type: 'directory', path: 'root/', mode: 0o700 },
  { type: 'directory', path: 'tmp/', mode: 0o1777 },
  { type: 'directory', path: 'var/', mode: 0o755 },
];

/** A static binary to be put into an image. */
export interface StaticProgram {
  readonly title: string;
  readonly version: string;
  readonly references: readonly string[];
  /** The binary on this machine. */
  readonly binary: string;
  /** Absolute path in the image, as upstream's manifests call it. */
  readonly path: string;
  readonly config?: RunConfig;
}

/** The image of one static binary, which is its entry point unless the config says otherwise. */
export function staticImage({ title, version, references, binary, path, config = {} }: StaticProgram): Image {
  return {
    title,
    version,
    references,
    entries: [...BASE, ...parents(path), binaryEntry(binary, path)],
    config: { Entrypoint: [path], WorkingDir: '/', ...config },
  };
}

/** A file of this machine as an entry, told apart by its place, size and time. */
export function binaryEntry(source: string, path: string): LayerEntry {
  const { size, mtimeMs } = statSync(source);
  return {
    type: 'file',
    path: path.replace(/^\//, ''),
    mode: 0o755,
    source,
    identity: `${basename(source)} ${size} ${mtimeMs}`,
  };
}

function parents(path: string): LayerEntry[] {
  const parts = path.split('/').filter(Boolean).slice(0, -1);
  return parts.map((_, index) => ({ type: 'directory', path: `${parts.slice(0, index + 1).join('/')}/`, mode: 0o755 }));
}
