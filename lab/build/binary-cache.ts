import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './components.ts';

/** A build that nobody used for this long is removed: versions come and go, and Kubernetes alone has 150 MB. */
const KEPT_MS = 30 * 24 * 3_600_000;
const BUILDING = '.building-';

/** The folder of one build of a component; there is one only if the build was whole. */
export function builtFolder(cache: string, name: string, key: string): string {
  return join(cache, 'bin', `${name}-${key}`);
}

/** The binary and its links, name -> path; undefined when it is not built yet. Marks it as used. */
export function builtBinaries(cache: string, component: Component, key: string): Map<string, string> | undefined {
  const folder = builtFolder(cache, component.name, key);
  if (!existsSync(join(folder, component.name))) return undefined;
  const now = new Date();
  utimesSync(folder, now, now);
  return new Map([component.name, ...(component.links ?? [])].map((name) => [name, join(folder, name)]));
}

/**
 * Runs `build` with a file to build into and puts the result in its place by one rename, so that whatever ends a build
 * early leaves nothing that could be taken for one.
 */
export async function intoCache(
  cache: string,
  component: Component,
  key: string,
  build: (output: string) => Promise<void>,
): Promise<void> {
  const making = join(cache, 'bin', `${BUILDING}${component.name}-${process.pid}`);
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  try {
    await build(join(making, component.name));
    for (const link of component.links ?? []) symlinkSync(component.name, join(making, link));
    const target = builtFolder(cache, component.name, key);
    rmSync(target, { recursive: true, force: true });
    renameSync(making, target);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** Removes what killed builds left and builds that nobody used for a month. Only for the holder of the build lock. */
export function sweepCache(cache: string, now = Date.now()): void {
  const folder = join(cache, 'bin');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const unused = /-[0-9a-f]{16}$/.test(name) && now - statSync(path).mtimeMs > KEPT_MS;
    if (name.startsWith(BUILDING) || unused) rmSync(path, { recursive: true, force: true });
  }
}
