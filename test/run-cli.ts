import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunReport } from '../src/evidence/index.ts';

export const ROOT = resolve(import.meta.dirname, '..');
const LAUNCHER = resolve(ROOT, 'plimsoll');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Change {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ended when it takes longer; default 15 000. */
  readonly timeoutMs?: number;
}

/**
 * Runs the built CLI as a user does: the launcher at the root, with the project's Node, in a process of its own.
 * `make build` has to have run; a test on old code would say nothing.
 */
export async function plimsoll(args: readonly string[], change: Change = {}): Promise<Outcome> {
  if (!existsSync(resolve(ROOT, 'dist/plimsoll.js'))) throw new Error('the CLI is not built: run `make build` first');
  return run(LAUNCHER, args, change);
}

/** What a run of the built CLI came to. Throws when it wrote no report. */
export function reportIn(folder: string): RunReport {
  return JSON.parse(readFileSync(resolve(folder, 'report.json'), 'utf8')) as RunReport;
}

/** Runs a line of shell; `plimsoll` in it is the built CLI. */
export async function shell(line: string, change: Change = {}): Promise<Outcome> {
  return run(
    'bash',
    ['-c', `set -o pipefail; plimsoll() { "${LAUNCHER}" "$@"; }; export -f plimsoll; ${line}`],
    change,
  );
}

/** The environment of a test: no colour asked for, no width, a home of its own where the test gives one. */
function environment(change: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NO_COLOR: __, COLUMNS: ___, NODE_OPTIONS: ____, ...rest } = process.env;
  return { ...rest, ...change };
}

function run(command: string, args: readonly string[], change: Change): Promise<Outcome> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, {
      cwd: change.cwd ?? ROOT,
      env: environment(change.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: change.timeoutMs ?? 15_000,
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text.stderr += chunk;
    });
    child.on('error', failed);
    child.on('close', (code) => done({ code, ...text }));
  });
}
