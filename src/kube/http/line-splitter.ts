/** Cuts a stream of bytes into lines, however the chunks fall: in the middle of a line or of a character. */
export class LineSplitter {
  #pieces: Buffer[] = [];

  /** @returns the lines that this chunk completes, without their line feed */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#pieces.push(chunk.subarray(start, end));
      lines.push(this.rest());
      start = end + 1;
    }
    if (start < chunk.length) this.#pieces.push(chunk.subarray(start));
    return lines;
  }

  /** What came after the last line feed; empties it. */
  rest(): Buffer {
    const [only] = this.#pieces;
    const line = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return line;
  }
}
