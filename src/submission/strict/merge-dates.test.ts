import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeDates } from './merge-dates.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-history-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const checkout = join(root, 'programme');

function git(folder: string, day: string, ...args: readonly string[]): void {
  const date = `${day}T12:00:00Z`;
  const identity = [
    '-c',
    'user.name=Somebody',
    '-c',
    'user.email=somebody@meerstern.cloud',
    '-c',
    'commit.gpgsign=false',
  ];
  execFileSync('git', ['-C', folder, ...identity, ...args], {
    stdio: 'pipe',
    env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: '/dev/null' },
  });
}

function write(path: string, text: string): void {
  const file = join(checkout, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** main: A on day 1 - merge of a branch with B (written day 2, merged day 5) - B edited on day 6 - C taken back and again. */
beforeAll(() => {
  mkdirSync(checkout);
  git(checkout, '2026-01-01', 'init', '-q', '-b', 'main');
  write('v1.36/a/PRODUCT.yaml', 'a');
  git(checkout, '2026-01-01', 'add', '.');
  git(checkout, '2026-01-01', 'commit', '-q', '-m', 'a');
  git(checkout, '2026-01-02', 'checkout', '-q', '-b', 'b');
  write('v1.36/b/PRODUCT.yaml', 'b');
  git(checkout, '2026-01-02', 'add', '.');
  git(checkout, '2026-01-02', 'commit', '-q', '-m', 'b');
  git(checkout, '2026-01-05', 'checkout', '-q', 'main');
  git(checkout, '2026-01-05', 'merge', '-q', '--no-ff', '-m', 'merge b', 'b');
  write('v1.36/b/PRODUCT.yaml', 'b edited');
  write('v1.36/c/PRODUCT.yaml', 'c');
  git(checkout, '2026-01-06', 'add', '.');
  git(checkout, '2026-01-06', 'commit', '-q', '-m', 'edit b, add c');
  git(checkout, '2026-01-07', 'rm', '-q', 'v1.36/c/PRODUCT.yaml');
  git(checkout, '2026-01-07', 'commit', '-q', '-m', 'take c back');
  write('v1.36/c/PRODUCT.yaml', 'c');
  git(checkout, '2026-01-08', 'add', '.');
  git(checkout, '2026-01-08', 'commit', '-q', '-m', 'c again');
  // What is only on a branch is not merged.
  git(checkout, '2026-01-09', 'checkout', '-q', '-b', 'pending');
  write('v1.36/d/PRODUCT.yaml', 'd');
  git(checkout, '2026-01-09', 'add', '.');
  git(checkout, '2026-01-09', 'commit', '-q', '-m', 'd');
});

describe('mergeDates', () => {
  it('gives the day of the merge, not of the commit, the edit or the first try', async () => {
    const dates = await mergeDates(checkout);
    const shown = [...dates].map(
      ([file, date]) => `${file.slice(checkout.length + 1)} ${date.toISOString().slice(0, 10)}`,
    );
    expect(shown.toSorted()).toEqual([
      'v1.36/a/PRODUCT.yaml 2026-01-01',
      'v1.36/b/PRODUCT.yaml 2026-01-05',
      'v1.36/c/PRODUCT.yaml 2026-01-08',
    ]);
  });
  it('works from a folder inside', async () => {
    expect((await mergeDates(join(checkout, 'v1.36'))).size).toBe(3);
  });
  it('knows nothing of a shallow clone', async () => {
    git(root, '2026-01-10', 'clone', '-q', '--depth', '1', '-b', 'main', `file://${checkout}`, 'shallow');
    expect(await mergeDates(join(root, 'shallow'))).toEqual(new Map());
  });
  it('knows nothing where there is no checkout, or no folder', async () => {
    expect(await mergeDates(root)).toEqual(new Map());
    expect(await mergeDates(join(root, 'nowhere'))).toEqual(new Map());
  });
});
