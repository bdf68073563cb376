import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'lab/**/*.test.ts', 'test/**/*.test.ts'],
    // Tests that bring up the real lab need root and minutes: `make lab-test` runs them (vitest.lab.config.ts).
    exclude: ['**/node_modules/**', '**/*.lab.test.ts'],
    testTimeout: 20_000,
    reporters: ['default', './scripts/closing-line.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
