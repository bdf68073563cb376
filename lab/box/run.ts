import { spawn } from 'node:child_process';
import { PlimsollError } from '../../src/errors.ts';

export interface RunOptions {
  /** Given to the command's standard input. */
  readonly input?: string;
  /** Give a result of an exit code other than 0 instead of throwing. */
  readonly allowFailure?: boolean;
  /** Milliseconds; default 60 000. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a short command to its end.
 * @throws PlimsollError `command-failed` with what it said, `command-missing` when it is not installed.
 */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: options.timeoutMs ?? 60_000 });
  const text = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.errors += chunk;
  });
  // A command that does not read its input closes the pipe; its exit code tells what matters.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      reject(
        missing
          ? new PlimsollError(
              'command-missing',
              `the program "${program}" is not installed`,
              `Install it; on Debian \`apt-get install\` the package that has ${program}.`,
            )
          : error,
      );
    });
    child.once('close', (exit, signal) => resolve(exit ?? (signal ? 128 : 1)));
  });
  if (code !== 0 && !options.allowFailure) {
    throw new PlimsollError(
      'command-failed',
      `\`${command.join(' ')}\` failed (${code}): ${text.errors.trim() || text.output.trim()}`,
      'The message above is the program’s own; mend what it names and try again.',
    );
  }
  return { code, ...text };
}
