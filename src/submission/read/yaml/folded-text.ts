/**
 * Text of a scalar over several lines: one line break becomes a blank, further ones stay, blanks around them go.
 * White space counts only when text follows it.
 */
export class FoldedText {
  text = '';
  /** White space since the last text has a line break in it. */
  brokeLine = false;
  #blanks = '';
  #firstBreak = '';
  #furtherBreaks = '';

  /** Begins a new scalar. */
  reset(): this {
    this.text = '';
    this.brokeLine = false;
    this.#blanks = '';
    this.#firstBreak = '';
    this.#furtherBreaks = '';
    return this;
  }

  addBlank(blank: string): void {
    if (!this.brokeLine) this.#blanks += blank;
  }

  addBreak(lineBreak: string): void {
    if (this.brokeLine) {
      this.#furtherBreaks += lineBreak;
    } else {
      this.#blanks = '';
      this.#firstBreak = lineBreak;
      this.brokeLine = true;
    }
  }

  /** A line break that leaves nothing behind: `\` at the end of a line in double quotes. */
  escapeBreak(): void {
    this.brokeLine = true;
  }

  /** Adds text behind the white space that was seen. */
  append(text: string): void {
    this.join();
    this.text += text;
  }

  /** Turns the white space that was seen into text. */
  join(): void {
    if (this.brokeLine) {
      // LS and PS are kept, and then so is what follows them.
      if (this.#firstBreak === '\n') this.text += this.#furtherBreaks || ' ';
      else this.text += this.#firstBreak + this.#furtherBreaks;
    } else {
      this.text += this.#blanks;
    }
    this.#blanks = '';
    this.#firstBreak = '';
    this.#furtherBreaks = '';
    this.brokeLine = false;
  }
}
