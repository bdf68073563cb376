import type { Progress } from '../progress/progress.ts';
import type { Component } from './components.ts';
import { type DebianPackage, ensureDebianPackages, type Machine } from './debian-packages.ts';

/** The C compiler: only vendors' programs need it (cgo, and the stand-ins of their libraries). */
export const COMPILER_PACKAGES: readonly DebianPackage[] = [
  { name: 'gcc', files: ['/usr/bin/cc', '/usr/local/bin/cc'], why: 'C compiler, for vendors’ programs' },
  { name: 'libc6-dev', files: ['/usr/include/stdio.h'], why: 'headers of the C library, for vendors’ programs' },
];

/** Whether building it takes a C compiler. */
export function needsCompiler({ compiler = 'go' }: Component): boolean {
  return compiler !== 'go';
}

/**
 * Sees to a C compiler: installs Debian's when there is none.
 * @throws PlimsollError `packages-missing` when it cannot be installed: not root, no apt-get, no network
 */
export async function ensureCompiler(progress: Progress, machine?: Machine): Promise<void> {
  await ensureDebianPackages(progress, COMPILER_PACKAGES, machine);
}
