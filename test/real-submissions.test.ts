import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSubmissions } from '../src/submission/find-submissions.ts';
import { judge } from '../src/submission/judge.ts';
import { readSubmission } from '../src/submission/read/read-submission.ts';

/** A copy of the programme's submissions with what both official validators say about them; not part of the project. */
const PROGRAM = resolve(import.meta.dirname, '../../shared/program');
const EXPECTED = join(PROGRAM, 'official-expected.json');
const MEMBERS = join(PROGRAM, 'cncf-members-2026-08-07.txt');

interface Recorded {
  readonly rule: string;
  readonly id: string;
  /** The message concerns a file as a whole: any of these requirements may be named. */
  readonly idAnyOf?: readonly string[];
}
interface Verdict {
  readonly ok: boolean;
  readonly errors: readonly Recorded[];
  readonly warnings: readonly Recorded[];
}
interface Expected {
  readonly path: string;
  readonly older: Verdict;
  readonly newer: Verdict;
}

const there = existsSync(EXPECTED);

describe.skipIf(!there)(`the real submissions${there ? '' : ` (skipped: ${PROGRAM} is not there)`}`, () => {
  it.each([
    ['official', 'newer'],
    ['official-2026-08', 'older'],
  ] as const)('%s: the same findings as the official validator, for each of them', (profile, recorded) => {
    const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as readonly Expected[];
    const members = new Set(readFileSync(MEMBERS, 'utf8').split('\n').filter(Boolean));
    const submissions = findSubmissions([PROGRAM]).map(({ file, root }) => readSubmission(file, root));
    expect(submissions.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
    for (const [index, { path, ok, findings }] of judge(submissions, {
      profile,
      members,
      siblings: submissions,
    }).entries()) {
      const verdict = expected[index]?.[recorded];
      const mine = new Set(findings.map(({ rule, subject }) => `${rule} ${subject}`));
      const theirs = [...(verdict?.errors ?? []), ...(verdict?.warnings ?? [])].map(({ rule, id, idAnyOf = [id] }) => {
        const named = idAnyOf.find((one) => mine.has(`${rule} ${one}`)) ?? id;
        return `${rule} ${named}`;
      });
      expect([...mine].toSorted(), path).toEqual([...new Set(theirs)].toSorted());
      expect(ok, path).toBe(verdict?.ok);
    }
  });
});
