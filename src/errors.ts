/** Exit codes of the CLI, one meaning each (ARCHITECTURE.md, "Exit codes"). */
export const EXIT = {
  ok: 0,
  failed: 1,
  inconclusive: 2,
  usage: 3,
  unreachable: 4,
  leftovers: 5,
  ours: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * An error that a person can act on. Whatever else reaches the top of the CLI is a bug of ours and says so.
 * `code` is stable (kebab-case, documented in docs/errors.md), `remedy` tells what to do next.
 */
export class PlimsollError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, remedy: string, options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlimsollError';
    this.code = code;
    this.remedy = remedy;
    this.exitCode = options.exitCode ?? EXIT.usage;
  }
}
