import { globSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from '../box/run.ts';
import { librariesOf } from './dynamic-image.ts';
import type { Image, LayerEntry } from './image.ts';
import { BASE, binaryEntry } from './static-image.ts';

/** Parts of the library that no program in a container of a lab needs: tests, documentation, the installer's own wheels. */
const LEFT_OUT =
  /(^|\/)(__pycache__|test|tests|idlelib|lib2to3|pydoc_data|ensurepip|dist-packages|config-[^/]*|turtledemo|tkinter)(\/|$)/;
/** The tags that people write; what is inside is told by the image's version label. */
const TAGS = ['3', '3-slim', '3.11-slim', '3.12-slim', '3.13-slim'];

/**
 * The image of this machine's Python (Debian's) with its library, as far as programs that call shared libraries need it, and busybox's shell.
 * @param python path of the interpreter
 */
export async function pythonImage(python: string, busybox: string): Promise<Image> {
  const binary = realpathSync(python);
  const { output: version } = await run([binary, '-c', 'import platform; print(platform.python_version())']);
  const library = join('/usr/lib', basename(binary));
  const files = globSync('**/*', { cwd: library }).filter((path) => !LEFT_OUT.test(path));
  const modules = files.map((path) => join(library, path)).filter((path) => statSync(path).isFile());
  const { output } = await run(['ldd', binary, ...modules.filter((path) => path.includes('_ctypes.'))]);
  const shared = [...new Set(librariesOf(output))];
  const have = new Set(BASE.map(({ path }) => path));
  const folders = [...new Set(['/bin/sh', binary, ...modules, ...shared].flatMap(parentsOf))].filter(
    (path) => !have.has(path),
  );
  return {
    title: 'python',
    version: version.trim(),
    references: TAGS.map((tag) => `docker.io/library/python:${tag}`),
    entries: [
      ...BASE,
      ...folders.map((path): LayerEntry => ({ type: 'directory', path, mode: 0o755 })),
      binaryEntry(busybox, '/bin/busybox'),
      { type: 'symlink', path: 'bin/sh', target: '/bin/busybox' },
      binaryEntry(binary, '/usr/bin/python3'),
      ...modules.map((path) => binaryEntry(path, path)),
      ...shared.map((path) => binaryEntry(realpathSync(path), path)),
    ],
    config: { Cmd: ['python3'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
  };
}

function parentsOf(path: string): string[] {
  const parts = dirname(path).split('/').filter(Boolean);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}
