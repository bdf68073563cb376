import { defineConfig } from 'vitest/config';

/**
 * Whole runs: the defects that each requirement's cases have to find, and every MUST on a platform that is set up with care. More than half
 * an hour on labs of their own: `make test-all` runs them too. CI and `make test` run the judges' tests of each defect, and every MUST on a
 * sound lab.
 */
const WHOLE_RUNS = [
  'src/requirements/**/*.lab.test.ts',
  'lab/accelerators/setups/every-setup.lab.test.ts',
  'test/every-must-careful.lab.test.ts',
  'test/defects.lab.test.ts',
  'test/variant-lab.lab.test.ts',
];
const all = process.env['PLIMSOLL_LAB_TESTS'] === 'all';

/** The tests that need the lab: one at a time, because each of them uses the whole machine. */
export default defineConfig({
  test: {
    include: ['lab/**/*.lab.test.ts', 'src/**/*.lab.test.ts', 'test/**/*.lab.test.ts'],
    exclude: ['node_modules/**', 'dist/**', ...(all ? [] : WHOLE_RUNS)],
    fileParallelism: false,
    maxWorkers: 1,
    // These tests kill and restart real programs on a machine of two cores: once late is not wrong, twice is. Who needed it is named at the end.
    retry: 1,
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 300_000,
    hookTimeout: 3_600_000,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
