import { defineConfig } from 'vitest/config';

/** The tests that need the lab: one at a time, because each of them uses the whole machine. */
export default defineConfig({
  test: {
    include: ['lab/**/*.lab.test.ts', 'src/**/*.lab.test.ts', 'test/**/*.lab.test.ts'],
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
