/** What was not looked at, said once each. */
export class Gaps {
  readonly #sentences = new Set<string>();

  say(sentence: string): void {
    this.#sentences.add(sentence);
  }

  linkNotAsked(): void {
    // Without a number, so that a whole checkout says it once.
    this.say('Its links were not asked (--online does that).');
  }

  get sentences(): readonly string[] {
    return [...this.#sentences];
  }
}
