import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Component } from './components.ts';
import { COMPILE_FLAGS } from './go-tool.ts';

/** Made from the sources, not part of them. */
const MADE = new Set(['copies', 'copies.making']);

/** A digest of everything in a module's folder that is committed: go.mod, go.sum, own sources, copies.json. */
export function moduleDigest(folder: string): string {
  const hash = createHash('sha256');
  for (const file of sourceFiles(folder)) {
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Names one build of a component: equal keys mean equal binaries. */
export function buildKey(component: Component, digest: string, goVersion: string): string {
  const { compiler, header, linkFlags } = component;
  const parts = [
    component.package,
    component.tags,
    component.defines,
    component.links,
    digest,
    goVersion,
    COMPILE_FLAGS,
    ...(compiler === undefined ? [] : [compiler, header, linkFlags, component.name]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !MADE.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? sourceFiles(join(folder, entry.name)) : [join(folder, entry.name)]));
}
