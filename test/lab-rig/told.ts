import { expect } from 'vitest';
import type { Finding, RunReport } from '../../src/evidence/index.ts';

/** How a test names cases and words findings, where other than usual. */
export interface Wording {
  /** From `case@variant` to the name. */
  readonly named?: (id: string) => string;
  /** Default the message alone. */
  readonly words?: (finding: Finding) => string;
}

/** `case@variant` -> its outcome and, where that is no pass, everything that was found with that outcome, after ` | `. */
export function told(
  report: RunReport,
  { named = (id) => id, words = ({ message }) => message }: Wording = {},
): Record<string, string> {
  return Object.fromEntries(
    report.cases.map(({ id, requirement, outcome, findings }): [string, string] => {
      const found = findings.filter((finding) => finding.outcome === outcome && outcome !== 'pass');
      return [named(id.slice(`${requirement}/`.length)), [outcome, ...found.map(words)].join(' | ')];
    }),
  );
}

/** A finding in full: what was claimed, and what was seen. */
export const withItsClaim = ({ claim, message }: Finding): string => `${claim}: ${message}`;

/** Matches what begins with these words; they are a pattern. */
export function starting(words: string): unknown {
  return expect.stringMatching(new RegExp(`^${words}`, 's'));
}

/** Matches a case that fails with these words somewhere in what was found; they are a pattern. */
export function failing(why: string): unknown {
  return starting(`fail \\| .*${why}`);
}
