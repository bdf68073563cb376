export type TestOutcome = 'pass' | 'fail' | 'skip';

/** What a test result says, by test name, as the official validator adds it up. */
export class TestReport {
  readonly #outcomes = new Map<string, TestOutcome>();
  readonly #failures = new Set<string>();

  /** A later word on the same test counts, but nothing makes good a failure. */
  record(name: string, outcome: TestOutcome): void {
    if (this.#outcomes.get(name) === 'fail') return;
    this.#outcomes.set(name, outcome);
    if (outcome === 'fail') this.#failures.add(name);
  }

  /** A failure that belongs to no test: a package that did not build, or panicked. */
  recordPackageFailure(name: string): void {
    this.#failures.add(`package ${name}`);
  }

  get isEmpty(): boolean {
    return this.#outcomes.size === 0 && this.#failures.size === 0;
  }

  get hasFailures(): boolean {
    return this.#failures.size > 0;
  }

  /** Names of the tests (or `package NAME`) that failed, sorted. */
  get failures(): readonly string[] {
    return [...this.#failures].toSorted();
  }

  /** Every test by name. */
  get tests(): ReadonlyMap<string, TestOutcome> {
    return this.#outcomes;
  }

  /** The outcome of a test; of its subtests together if only they are there: any fails, all are skipped, else pass. */
  outcomeOf(name: string): TestOutcome | undefined {
    const own = this.#outcomes.get(name);
    if (own !== undefined) return own;
    const below = [...this.#outcomes].filter(([test]) => test.startsWith(`${name}/`)).map(([, outcome]) => outcome);
    if (below.length === 0) return undefined;
    if (below.includes('fail')) return 'fail';
    return below.every((outcome) => outcome === 'skip') ? 'skip' : 'pass';
  }
}

/** A test result that the official validator cannot read; the message says why. */
export class ArtifactFault extends Error {}
