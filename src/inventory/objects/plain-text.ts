import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Of a compressed file no more is read: nobody's cluster has as many objects, and a few KiB may claim to be anything. */
const MOST_UNPACKED = 4 * 1024 ** 3;

/** Why a text cannot be read on, with its beginning read. */
export class BrokenText extends Error {}

/**
 * The text of a stream as UTF-8 without a byte order mark, whatever it is written as: compressed by gzip (told by its first bytes, not by
 * a name), in UTF-16 (what PowerShell's `>` makes of kubectl's output), with a mark or without.
 * @throws BrokenText
 */
export async function* plainText(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const [head, chunks] = await headOf(stream);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* inUtf8(head, chunks);
    return;
  }
  const unpacked = unzipped(chunks);
  const [inner, rest] = await headOf(unpacked);
  yield* inUtf8(inner, rest);
}

/** The first bytes, and all of the stream. */
async function headOf(stream: AsyncIterable<Buffer>): Promise<[Buffer, AsyncIterable<Buffer>]> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.length;
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    yield* first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  };
  return [Buffer.concat(first).subarray(0, 4), all()];
}

async function* inUtf8(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : '';
  if (utf16 !== '') {
    const decoder = new TextDecoder(utf16);
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    return;
  }
  let mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  for await (const chunk of chunks) {
    const taken = Math.min(mark, chunk.length);
    mark -= taken;
    if (taken < chunk.length) yield taken === 0 ? chunk : chunk.subarray(taken);
  }
}

async function* unzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  // What goes wrong is thrown where its output is read.
  const gunzip: Readable = pipeline(chunks, createGunzip(), () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MOST_UNPACKED) throw new BrokenText(`more than ${MOST_UNPACKED / 1024 ** 3} GiB come out of it`);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof BrokenText) throw cause;
    throw new BrokenText(`it is not whole as gzip: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
