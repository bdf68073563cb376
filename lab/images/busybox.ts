import { run } from '../box/run.ts';
import type { Image, LayerEntry } from './image.ts';
import { BASE, binaryEntry } from './static-image.ts';

/**
 * Debian's static busybox under the names that helper pods use. The tags are those that people write; what is inside is
 * told by the image's version label.
 */
const TAGS = ['latest', 'stable', 'glibc', '1', '1.35', '1.36', '1.37'];

/** The image of the busybox at `binary`, with a link for each of its programs. */
export async function busyboxImage(binary: string): Promise<Image> {
  const { output: help } = await run([binary, '--help'], { allowFailure: true });
  const { output: list } = await run([binary, '--list-full']);
  return {
    title: 'busybox',
    version: /BusyBox v(\S+)/.exec(help)?.[1] ?? 'unknown',
    references: TAGS.map((tag) => `docker.io/library/busybox:${tag}`),
    entries: [
      ...BASE,
      ...['bin/', 'home/', 'sbin/', 'usr/', 'usr/bin/', 'usr/sbin/', 'var/www/'].map(
        (path): LayerEntry => ({ type: 'directory', path, mode: 0o755 }),
      ),
      binaryEntry(binary, '/bin/busybox'),
      ...links(list),
    ],
    config: { Cmd: ['sh'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
  };
}

/** Links for the programs that `busybox --list-full` names; exported for its test. */
export function links(list: string): LayerEntry[] {
  const paths = [...new Set(list.split('\n').filter((path) => /^(usr\/)?s?bin\/[\w[.-]+$/.test(path)))];
  return paths
    .filter((path) => path !== 'bin/busybox')
    .map((path) => ({ type: 'symlink', path, target: '/bin/busybox' }));
}
