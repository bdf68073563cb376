import { open } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { PlimsollError } from '../../errors.ts';
import {
  decodeExposition,
  type Exposition,
  MOST_BYTES,
  type Problem,
  parseExposition,
} from '../../exposition/index.ts';

/** A page as a file or from standard input (`-`), never more of it than is read. */
export async function readPageFile(
  file: string,
  contentType: string | undefined,
): Promise<{ exposition: Exposition; problems: readonly Problem[] }> {
  const bytes = unpacked(file === '-' ? await limited(process.stdin) : await ofFile(file));
  if (bytes.length > MOST_BYTES) {
    const message = `the page has more than ${MOST_BYTES / 2 ** 20} MiB; it is not read`;
    const problem: Problem = { line: 0, code: 'too-large', message, fatal: false };
    return { exposition: { format: 'none', families: [], samples: [], problems: [problem] }, problems: [] };
  }
  const { text, problems } = decodeExposition(bytes);
  return { exposition: parseExposition(text, contentType ?? typeOf(text)), problems };
}

/** What was saved as it came over the network may be compressed: then what is in it, and no more than is read. */
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    if (cause instanceof RangeError) return Buffer.alloc(MOST_BYTES + 1);
    throw new PlimsollError(
      'page-not-read',
      `the page is compressed, and not whole as gzip: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Save it again, or as plain text (curl --compressed).',
      { cause },
    );
  }
}

/** Only OpenMetrics has this line, and a page without its Content-Type is told by it. */
function typeOf(text: string): string | undefined {
  return /^# EOF$/m.test(text) ? 'application/openmetrics-text' : undefined;
}

async function ofFile(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > MOST_BYTES) return Buffer.alloc(MOST_BYTES + 1);
    return await limited(handle.createReadStream({ autoClose: false }));
  } catch (cause) {
    throw new PlimsollError(
      'page-not-read',
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Name a file with what an exporter answers, or - for standard input.',
      { cause },
    );
  }
}

async function limited(stream: AsyncIterable<string | Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    length += bytes.length;
    if (length > MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}
