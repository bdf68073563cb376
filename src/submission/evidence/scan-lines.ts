import { ArtifactFault } from './test-report.ts';

/** Longest line that the official validator reads, in bytes. */
const MAX_LINE = 16 * 1024 * 1024;
const LF = 0x0a;

/** Lines as Go's bufio.Scanner gives them: without `\n` and one `\r` before it; numbered from 1. */
export function* scanLines(bytes: Uint8Array): Generator<{ readonly text: string; readonly number: number }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let number = 0;
  for (let from = 0; from < buffer.length; ) {
    const found = buffer.indexOf(LF, from);
    const end = found === -1 ? buffer.length : found;
    number++;
    if (end - from >= MAX_LINE) throw new ArtifactFault(`line ${number} is longer than 16 MiB`);
    const withoutCr = end > from && buffer[end - 1] === 0x0d ? end - 1 : end;
    yield { text: buffer.toString('utf8', from, withoutCr), number };
    from = end + 1;
  }
}
