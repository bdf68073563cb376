import type { Token } from './token.ts';

/** From so many taken tokens on the queue is cut. */
const CUT_AT = 512;

/** Tokens that were made but not taken yet. Each has a number, counted from the start of the text. */
export class TokenQueue {
  #tokens: Token[] = [];
  #head = 0;
  #taken = 0;

  /** How many are waiting. */
  get length(): number {
    return this.#tokens.length - this.#head;
  }

  /** Number of the first token that waits. */
  get firstNumber(): number {
    return this.#taken;
  }

  /** Number that the next token at the end would get. */
  get nextNumber(): number {
    return this.#taken + this.length;
  }

  first(): Token {
    return this.#tokens[this.#head] as Token;
  }

  take(): Token {
    const taken = this.first();
    this.#head++;
    this.#taken++;
    if (this.#head > CUT_AT) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  push(token: Token): void {
    this.#tokens.push(token);
  }

  /** Puts a token in front of the one with that number; at the end if that one is gone, as yaml.v3 does. */
  insertAt(number: number, token: Token): void {
    if (number < this.#taken) this.push(token);
    else this.#tokens.splice(this.#head + number - this.#taken, 0, token);
  }
}
