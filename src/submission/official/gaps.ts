/** What was not looked at, said once each. */
export class Gaps {
  readonly #sentences = new Set<string>();
  #links = 0;

  say(sentence: string): void {
    this.#sentences.add(sentence);
  }

  linkNotAsked(): void {
    this.#links++;
  }

  get sentences(): readonly string[] {
    const links =
      this.#links === 0
        ? []
        : [`${this.#links === 1 ? '1 link was' : `${this.#links} links were`} not asked (--online does that)`];
    return [...this.#sentences, ...links];
  }
}
