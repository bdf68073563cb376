import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { EXIT, PlimsollError } from '../../src/errors.ts';
import { run } from '../box/run.ts';
import type { Component } from './components.ts';

/**
 * No debug information: it is stripped at link time anyway, and not making it takes a tenth off the compile time
 * (measured: 91 s to 82 s for client-go).
 */
export const COMPILE_FLAGS = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'] as const;

/**
 * The compiler's heap is short-lived: collecting it less often saves 6 % for some 250 MB more (measured). CGO off, but for
 * components that say otherwise: the programs run on other root file systems than this machine's.
 */
const ENVIRONMENT = { GOGC: '400', GOFLAGS: '', GOWORK: 'off' } as const;

/**
 * The version of the machine's Go, for example `1.26.8`.
 * @throws PlimsollError `go-missing`
 */
export async function goVersion(): Promise<string> {
  try {
    const { output } = await run(['go', 'env', 'GOVERSION']);
    return output.trim().replace(/^go/, '');
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== 'command-missing') throw error;
    throw new PlimsollError(
      'go-missing',
      'the lab is built with Go, and there is no `go` in PATH',
      'Install Go (https://go.dev/dl, or your distribution’s package) and put it into PATH; then try again.',
      { cause: error },
    );
  }
}

/**
 * Whether this Go can build a module whose go.mod says `needed`. An older Go is good enough when it may fetch the right
 * toolchain itself (GOTOOLCHAIN is not `local`).
 * @throws PlimsollError `go-too-old`
 */
export async function requireGo(have: string, needed: string): Promise<void> {
  if (compareVersions(have, needed) >= 0) return;
  const { output } = await run(['go', 'env', 'GOTOOLCHAIN']);
  if (output.trim() !== 'local' && compareVersions(have, '1.21') >= 0) return;
  throw new PlimsollError(
    'go-too-old',
    `the lab's components need Go ${needed}, this machine has ${have}, and it may not fetch another (GOTOOLCHAIN=local)`,
    `Install Go ${needed} or later, or unset GOTOOLCHAIN so that Go fetches it.`,
  );
}

/** Compares two dotted versions by their numbers: negative, 0 or positive. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (text.match(/\d+/g) ?? []).map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The arguments of `go` that build a component into `output`. */
export function buildArguments(component: Component, output: string): string[] {
  const defines = Object.entries(component.defines ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return [
    'build',
    ...COMPILE_FLAGS,
    ...(component.tags ? [`-tags=${component.tags.join(',')}`] : []),
    `-ldflags=${['-s', '-w', ...(component.linkFlags ?? []), ...defines].join(' ')}`,
    `-o=${output}`,
    component.package,
  ];
}

/**
 * Builds a component in its module's folder.
 * @throws PlimsollError `build-failed` with the end of what Go said; `build-interrupted` when the signal ends it.
 */
export async function goBuild(
  component: Component,
  folder: string,
  output: string,
  signal?: AbortSignal,
): Promise<void> {
  const [program = '', ...args] = [...diesWithParent(), 'go', ...buildArguments(component, output)];
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...ENVIRONMENT, CGO_ENABLED: component.compiler === 'cgo' ? '1' : '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal ? { signal, killSignal: 'SIGINT' } : {}),
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-8_000);
  });
  const ended = await new Promise<number | string>((resolve, reject) => {
    child.once('error', (error) => (signal?.aborted ? resolve('interrupted') : reject(error)));
    child.once('close', (code, killed) => resolve(code ?? killed ?? 'unknown'));
  });
  if (ended === 0) return;
  if (signal?.aborted) {
    throw new PlimsollError(
      'build-interrupted',
      `the build of ${component.name} was interrupted`,
      'Run it again: what was compiled so far is kept.',
      { exitCode: EXIT.interrupted },
    );
  }
  throw new PlimsollError(
    'build-failed',
    `building ${component.name} (lab/go/${component.module}) failed (${ended}):\n${lastLines(said)}`,
    remedy(said),
  );
}

/**
 * Words that make the kernel interrupt the command when this process is killed: a build that nobody waits for would take
 * the cores from the next one. Interrupted (not killed), Go removes its own temporary files.
 */
function diesWithParent(): string[] {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  return setpriv ? [setpriv, '--pdeathsig', 'INT'] : [];
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}

function remedy(said: string): string {
  if (/no space left on device/.test(said))
    return 'The disk is full: free some space (`go clean -cache` gives back Go’s build cache) and try again.';
  if (/dial tcp|i\/o timeout|no such host|connection refused|Forbidden/.test(said))
    return 'A module could not be fetched: check that Go’s module proxy is reachable (`go env GOPROXY`) and try again.';
  if (/signal: killed|cannot allocate memory/.test(said))
    return 'The compiler was killed, most likely for want of memory (linking Kubernetes takes 3 GB): free some and try again.';
  return 'Try again; if it fails the same way, run the command in lab/go by hand and report what it says.';
}
