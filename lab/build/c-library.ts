import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';
import type { Component } from './components.ts';
import { publishedModule } from './go-module.ts';

/** NVML_ERROR_NOT_SUPPORTED: what every function answers that the stand-in does not have. */
const NOT_SUPPORTED = 3;

/** The functions that a header declares for programs to call. */
export function declared(header: string): string[] {
  return [...new Set([...header.matchAll(/\bDECLDIR\s+(\w+)\s*\(/g)].map(([, name = '']) => name))];
}

/** Functions of the header that the sources do not define, each answering that it is not supported. C. */
export function restOf(header: string, sources: readonly string[]): string {
  const own = new Set(
    sources.flatMap((source) => [...source.matchAll(/^[\w ]+[ *](\w+)\(/gm)].map(([, name]) => name)),
  );
  const rest = declared(header).filter((name) => !own.has(name));
  return rest.map((name) => `int ${name}(void) { return ${NOT_SUPPORTED}; }\n`).join('');
}

/**
 * Compiles a stand-in of a library from the sources in `folder`/PACKAGE, with all functions of its public header.
 * @throws PlimsollError `build-failed` with what the compiler said, `go-module-missing`
 */
export async function buildLibrary(component: Component, folder: string, output: string): Promise<void> {
  const sources = globSync('*.c', { cwd: join(folder, component.package) }).map((name) =>
    join(folder, component.package, name),
  );
  const { header } = component;
  const include: string[] = [];
  const rest: string[] = [];
  if (header !== undefined) {
    const file = join((await publishedModule(folder, header.module)).folder, header.path);
    rest.push(`${output}.rest.c`);
    writeFileSync(
      `${output}.rest.c`,
      restOf(
        readFileSync(file, 'utf8'),
        sources.map((source) => readFileSync(source, 'utf8')),
      ),
    );
    include.push(`-I${dirname(file)}`);
  }
  const words = ['-O1', '-fPIC', '-shared', '-s', '-Wall', `-Wl,-soname,${component.name}`, ...include];
  const { code, errors } = await run(['cc', ...words, '-o', output, ...sources, ...rest, '-lpthread'], {
    allowFailure: true,
  });
  for (const file of rest) rmSync(file);
  if (code === 0) return;
  throw new PlimsollError(
    'build-failed',
    `compiling ${component.name} (lab/go/${component.module}/${component.package}) failed (${code}):\n${errors.trim().split('\n').slice(0, 12).join('\n')}`,
    /No space left on device/i.test(errors)
      ? 'The disk is full: free some space and try again.'
      : 'Mend what the compiler names; if the sources are unchanged, report it with the version of the compiler (`cc --version`).',
  );
}
