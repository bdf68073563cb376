import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';

/** A go.mod's requirements, path -> version, read from its text (`require` lines only). */
export function requirements(goMod: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const block of goMod.matchAll(/^require\s+(?:\(([^)]*)\)|(.*))$/gm)) {
    for (const line of (block[1] ?? block[2] ?? '').split('\n')) {
      const [, path, version] = /^\s*(\S+)\s+(v\S+)/.exec(line) ?? [];
      if (path && version) found.set(path, version);
    }
  }
  return found;
}

/** A published module in Go's module cache. `sum` is its digest as go.sum would have it. */
export interface PublishedModule {
  readonly folder: string;
  readonly sum: string;
}

/**
 * A module as published, in the version that the go.mod in `folder` pins; it is downloaded when it is not there yet.
 * @throws PlimsollError `go-module-missing`
 */
export async function publishedModule(folder: string, path: string): Promise<PublishedModule> {
  const version = requirements(readFileSync(join(folder, 'go.mod'), 'utf8')).get(path);
  if (!version) {
    throw new PlimsollError(
      'go-module-missing',
      `${join(folder, 'go.mod')} does not require ${path}`,
      'Add it there with `go get`, or take it out of what names it.',
    );
  }
  const answer = await run(['go', 'mod', 'download', '-json', `${path}@${version}`], {
    allowFailure: true,
    timeoutMs: 300_000,
  });
  const {
    Dir,
    Sum,
    Error: reason,
  } = JSON.parse(answer.output || '{}') as { Dir?: string; Sum?: string; Error?: string };
  if (!Dir || !Sum || !existsSync(Dir)) {
    throw new PlimsollError(
      'go-module-missing',
      `the Go module ${path}@${version} cannot be had: ${reason ?? answer.errors.trim()}`,
      'The module proxy must be reachable the first time (`go env GOPROXY`); later builds use the module cache.',
    );
  }
  return { folder: Dir, sum: Sum };
}
