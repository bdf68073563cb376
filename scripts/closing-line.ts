import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { SEED } from '../test/seed.ts';

/**
 * Prints `N passed, N failed, N skipped` alone on the last line of a test run, the line that CI reads.
 * A file that could not be loaded counts as one failed test: it must never look like "nothing to run".
 * With PLIMSOLL_COUNTS=FILE the three numbers are appended to FILE instead: `make test` adds up its suites and prints the
 * line once (scripts/add-counts.ts). What went wrong in a test is printed when it ends: a run of an hour that is stopped has not told it
 * yet. A test that passed only at its second try is named: it is a race that somebody has to find.
 */
export default class ClosingLine implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (state !== 'failed' && !test.diagnostic()?.flaky) return;
    const shown = errors.map((error) => error.diff ?? error.stack ?? error.message).join('\n');
    process.stdout.write(`${state === 'failed' ? 'failed' : 'second try'}: ${test.fullName}\n${shown}\n`);
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    const flaky: string[] = [];
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failed += 1;
        else count.skipped += 1;
        if (test.diagnostic()?.flaky) flaky.push(test.fullName);
      }
    }
    for (const name of flaky) process.stdout.write(`second try: ${name}\n`);
    process.stdout.write(`property tests: seed ${SEED} (another one: PLIMSOLL_SEED=NUMBER)\n`);
    const file = process.env['PLIMSOLL_COUNTS'];
    if (file) {
      appendFileSync(file, `${count.passed} ${count.failed} ${count.skipped}\n`);
      return;
    }
    // After vitest's own summary, which is printed in the same tick.
    process.once('exit', () => {
      process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}
