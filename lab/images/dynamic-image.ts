import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from '../box/run.ts';
import type { Image, LayerEntry } from './image.ts';
import { binaryEntry, type StaticProgram, staticImage } from './static-image.ts';

/**
 * The image of a binary that needs shared libraries: this machine's, as `ldd` finds them, at the places where the binary looks for
 * them. The program has to be content with this machine's C library.
 * @throws Error when a library is not there
 */
export async function dynamicImage(program: StaticProgram): Promise<Image> {
  const { output } = await run(['ldd', program.binary]);
  const libraries = librariesOf(output);
  const image = staticImage(program);
  const have = new Set(image.entries.map(({ path }) => path));
  const folders = [...new Set(libraries.flatMap(parentsOf))].filter((path) => !have.has(path));
  return {
    ...image,
    entries: [
      ...image.entries,
      ...folders.map((path): LayerEntry => ({ type: 'directory', path, mode: 0o755 })),
      ...libraries.map((path) => binaryEntry(realpathSync(path), path)),
    ],
  };
}

/** The files that `ldd` names, in its order; exported for its test. */
export function librariesOf(ldd: string): string[] {
  const lines = ldd.split('\n').map((line) => line.trim());
  const lost = lines.find((line) => line.endsWith('=> not found'));
  if (lost !== undefined) throw new Error(`a shared library is not on this machine: ${lost}`);
  return lines.flatMap((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

function parentsOf(path: string): string[] {
  const parts = dirname(path).split('/').filter(Boolean);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}
