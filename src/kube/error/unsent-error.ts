/**
 * An attempt that failed before its first byte was written: no connection, or one that broke while TLS was being agreed on.
 * The code of the error below it cannot tell: `ECONNRESET` or `ETIMEDOUT` come before the request as well as after it.
 */
export class UnsentError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'UnsentError';
  }
}
