import { ApiError } from '../error/api-error.ts';

/**
 * The longest answer of the API server that is read, bytes. A page of a list has at most 500 objects: far above anything that was seen, and
 * far below what a program can hold.
 */
export const MOST_OF_THE_API = 128 * 2 ** 20;

/**
 * The longest answer of a program behind the API server's proxy that is read, bytes. Prometheus' own `body_size_limit` is set to 10-50 MiB
 * where it is set at all; a page of 16 MiB and more is not judged anyway (`exposition`).
 */
export const MOST_OF_A_PROGRAM = 32 * 2 ** 20;

/** The answer was longer than is read. Nothing of it is kept: half an answer says nothing. */
export class AnswerTooLargeError extends ApiError {
  /** What was read before it was given up, bytes. */
  readonly bytes: number;
  constructor(
    {
      method,
      path,
      server,
      most,
      bytes,
    }: { method: string; path: string; server: string; most: number; bytes: number },
    options: { cause?: unknown } = {},
  ) {
    const limit = `${most / 2 ** 20} MiB`;
    super(
      'answer-too-large',
      `${method} ${path.split('?')[0]}: the answer of ${server} is longer than ${limit}, and was not read to its end`,
      'Let the program answer less (drop labels and series that nobody needs), or look at what else answers at that address.',
      { method, path, ...options },
    );
    this.bytes = bytes;
  }
}

/** Reads a body up to a limit, and closes it as soon as it is longer. `received` is told of each chunk. */
export async function readWithin(
  body: AsyncIterable<Buffer>,
  most: number,
  received: (chunk: Buffer, first: boolean) => void,
): Promise<{ readonly whole: Buffer } | { readonly tooLarge: number }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop ends the stream, and with it the connection.
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) return { tooLarge: bytes };
    received(chunk, chunks.length === 0);
    chunks.push(chunk);
  }
  const only = chunks.length === 1 ? chunks[0] : undefined;
  return { whole: only ?? Buffer.concat(chunks) };
}
