import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { readSubmission } from '../read/read-submission.ts';
import type { Profile } from '../rule.ts';

interface Case {
  readonly path: string;
  readonly product: string;
  readonly files: Readonly<Record<string, string>>;
  readonly newer: readonly string[];
  readonly older: readonly string[];
}

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/submissions.json'), 'utf8'),
) as readonly Case[];
const LINKS = { 'link.md': 'file.md', dangling: 'nowhere', loop: 'loop', outlink: '../..', inlink: 'sub', l: '.' };
const MEMBERS = new Set(['Example Works']);

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-official-'));
  writeFileSync(join(root, 'there.md'), 'x');
  for (const { path, product, files } of CASES) {
    const folder = join(root, dirname(path));
    mkdirSync(join(folder, 'dir/junit.xml'), { recursive: true });
    mkdirSync(join(folder, 'sub'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(folder, name));
    writeFileSync(join(root, path), product);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the official validators', () => {
  it.each([
    ['official', 'newer'],
    ['official-2026-08', 'older'],
  ] as const)('%s says of each product folder what was recorded', (profile: Profile, recorded) => {
    expect(CASES.length).toBeGreaterThan(80);
    for (const one of CASES) {
      const submission = readSubmission(join(root, one.path), root);
      const [judgement] = judge([submission], { profile, members: MEMBERS, siblings: [submission] });
      // A YAML error was recorded without a subject.
      const said = judgement?.findings.map(({ rule, subject }) =>
        rule.startsWith('yaml-') ? rule : `${rule} ${subject}`,
      );
      expect([...new Set(said)].toSorted(), one.path).toEqual(one[recorded]);
    }
  });
});
