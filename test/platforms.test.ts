import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platformsDocument } from '../scripts/platforms/document.ts';
import { type PlatformSummary, readPlatforms } from '../scripts/platforms/summary.ts';
import { ROOT } from './run-cli.ts';

const ONE: PlatformSummary = {
  setup: 'shared',
  summary: 'A plugin that shares',
  kubernetes: 'v1.37.2',
  commit: 'c0ffee',
  day: '2026-11-30',
  report: 'ab12',
  seconds: { up: 9, run: 60 },
  requirements: { secure_accelerator_access: 'fail' },
  cases: {
    'dra_support/api': { outcome: 'pass' },
    'dra_support/claims': { outcome: 'not-applicable', because: 'no driver' },
    'secure_accelerator_access/only': { outcome: 'fail', because: 'asked for 8 | sees 2' },
  },
};
const WRONG = {
  setup: 'shared',
  case: 'secure_accelerator_access/only',
  outcome: 'fail',
  right: 'pass',
  why: 'eight shares of two',
};

describe('docs/platforms.md', () => {
  it('is what its summaries say', () => {
    const { summaries, wrong } = readPlatforms(resolve(ROOT, 'docs/platforms'));
    const written = readFileSync(resolve(ROOT, 'docs/platforms.md'), 'utf8');
    // `node scripts/platforms.ts` writes it anew.
    expect(written).toBe(platformsDocument(summaries, wrong));
    expect(written).toContain('None of this was run on a GPU');
  });

  it('marks a wrong result where it stands and says what it should be', () => {
    const text = platformsDocument([ONE], [WRONG]);
    expect(text).toContain('| [shared](#shared) | fail ✗ | pass | - |');
    expect(text).toContain(
      '| `secure_accelerator_access/only` | fail ✗ | asked for 8 \\| sees 2 **✗ Should be pass:** eight shares of two |',
    );
    expect(platformsDocument([ONE], [])).not.toContain('✗ |');
  });

  it('is refused where a result is called wrong that nobody has any more', () => {
    expect(() => platformsDocument([ONE], [{ ...WRONG, outcome: 'inconclusive' }])).toThrow(
      /is fail, not inconclusive/,
    );
    expect(() => platformsDocument([], [WRONG])).toThrow(/not there/);
  });
});
