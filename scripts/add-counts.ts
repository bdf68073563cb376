import { readFileSync } from 'node:fs';

/**
 * Adds up what the suites of `make test` counted (scripts/closing-line.ts) and prints `N passed, N failed, N skipped`, the
 * last line of the run. Ends with 1 when anything failed; a suite that ended badly without a count is one failed test.
 * Usage: node scripts/add-counts.ts COUNTS_FILE NUMBER_OF_SUITES NUMBER_OF_SUITES_THAT_ENDED_BADLY
 */
const [file = '', suites = '0', bad = '0'] = process.argv.slice(2);
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split(' ').map(Number));
const sum = (column: number): number => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
const [passed, counted, skipped] = [sum(0), sum(1), sum(2)];
const silent = Math.max(0, Number(suites) - rows.length);
const failed = Math.max(counted + silent, Number(bad));
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
