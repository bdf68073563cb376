import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../progress/progress.ts';
import { projectFile } from '../project-root.ts';
import { builtBinaries, intoCache, sweepCache } from './binary-cache.ts';
import { buildKey, moduleDigest } from './build-key.ts';
import { lockBuilds } from './build-lock.ts';
import { ensureCompiler, needsCompiler } from './c-compiler.ts';
import { buildLibrary } from './c-library.ts';
import { cacheRoot } from './cache.ts';
import { type Component, component, componentNames } from './components.ts';
import { requireBuildRoom } from './disk-room.ts';
import { goBuild, goVersion, requireGo } from './go-tool.ts';
import { makeModuleCopies } from './module-copies.ts';
import { inWords, readTimings, rememberTiming } from './timings.ts';

/** A component with what tells its build from others. */
interface Wanted {
  readonly component: Component;
  readonly folder: string;
  readonly digest: string;
  readonly key: string;
}

/**
 * The binaries of the components `names` (and their links), name -> absolute path. What is not in the cache is built, one
 * after the other in the order of the table, which shares most; the caches of Go make the second of two builds short.
 * @throws PlimsollError `unknown-component`, `go-missing`, `go-too-old`, `packages-missing` (the C compiler), `build-disk`, `build-failed`, `build-interrupted`
 */
export async function ensureBinaries(
  names: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const cache = cacheRoot();
  const wanted = await describe(names);
  if (missing(cache, wanted).length > 0) {
    await using _lock = await lockBuilds(cache, progress, signal);
    sweepCache(cache);
    // Looked up again: whoever held the lock may have built the very same.
    const rest = missing(cache, wanted);
    if (rest.length > 0) await requireBuildRoom(cache);
    if (rest.some((one) => needsCompiler(one.component))) await ensureCompiler(progress);
    for (const [index, one] of rest.entries()) await build(cache, one, rest.slice(index), progress, signal);
  }
  return new Map(wanted.flatMap((one) => [...(builtBinaries(cache, one.component, one.key) ?? [])]));
}

/**
 * Seconds that building what is missing of these will take: as long as last time, else a first guess. 0: all is built.
 * @throws PlimsollError `unknown-component`, `go-missing`
 */
export async function secondsToBuild(names: readonly string[]): Promise<number> {
  const cache = cacheRoot();
  return missing(cache, await describe(names)).reduce((sum, one) => sum + expected(cache, one), 0);
}

async function describe(names: readonly string[]): Promise<Wanted[]> {
  const components = [...new Set(names)].map(component);
  const order = componentNames();
  components.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const go = await goVersion();
  const digests = new Map<string, string>();
  return components.map((one) => {
    const folder = projectFile(join('lab', 'go', one.module));
    const digest = digests.get(folder) ?? moduleDigest(folder);
    digests.set(folder, digest);
    return { component: one, folder, digest, key: buildKey(one, digest, go) };
  });
}

function missing(cache: string, wanted: readonly Wanted[]): Wanted[] {
  return wanted.filter((one) => !builtBinaries(cache, one.component, one.key));
}

async function build(
  cache: string,
  one: Wanted,
  rest: readonly Wanted[],
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { component: target, folder, digest, key } = one;
  await requireGo(await goVersion(), neededGo(folder));
  const end = progress.step(stepText(cache, one, rest));
  const began = performance.now();
  await makeModuleCopies(folder, digest);
  await intoCache(cache, target, key, (output) =>
    target.compiler === 'cc' ? buildLibrary(target, folder, output) : goBuild(target, folder, output, signal),
  );
  const seconds = (performance.now() - began) / 1000;
  rememberTiming(cache, `build ${target.name}`, seconds);
  end(inWords(seconds));
}

function stepText(cache: string, one: Wanted, rest: readonly Wanted[]): string {
  const last = readTimings(cache)[`build ${one.component.name}`];
  const before = last
    ? `took ${inWords(last.seconds)} last time`
    : `about ${inWords(expected(cache, one))} the first time`;
  const left = rest.reduce((sum, each) => sum + expected(cache, each), 0);
  const more = rest.length > 1 ? `; ${rest.length - 1} more to build, ${inWords(left)} in all` : '';
  return `building ${one.component.name} (${before}${more})`;
}

function expected(cache: string, { component: one }: Wanted): number {
  return readTimings(cache)[`build ${one.name}`]?.seconds ?? one.coldSeconds;
}

/** The Go version that a module's go.mod asks for. */
function neededGo(folder: string): string {
  return /^go (\S+)$/m.exec(readFileSync(join(folder, 'go.mod'), 'utf8'))?.[1] ?? '1.26';
}
