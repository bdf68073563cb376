import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlimsollError } from '../errors.ts';
import { findSubmissions } from './find-submissions.ts';
import { readSubmission } from './read/read-submission.ts';

// A folder above the checkout that looks like a version must not mislead.
const base = mkdtempSync(join(tmpdir(), 'plimsoll-find-'));
const root = join(base, 'v1.0', 'checkout');
beforeAll(() => {
  for (const folder of ['v1.36/b', 'v1.36/a', 'v1.37/c', 'docs', 'v1.36/empty', 'other/d']) {
    mkdirSync(join(root, folder), { recursive: true });
    if (/[a-d]$/.test(folder)) writeFileSync(join(root, folder, 'PRODUCT.yaml'), 'metadata: {}\n');
  }
  writeFileSync(join(root, 'v1.36/notes.md'), 'x');
  symlinkSync('nowhere', join(root, 'v1.36/dangling'));
});
afterAll(() => rmSync(base, { recursive: true }));

const found = (...paths: readonly string[]): readonly string[] =>
  findSubmissions(paths.map((path) => join(root, path))).map(
    (one) => `${relative(base, one.root)} ${relative(one.root, one.file)}`,
  );

describe('findSubmissions', () => {
  it('finds every product of a checkout, sorted', () => {
    expect(found('.')).toEqual([
      'v1.0/checkout v1.36/a/PRODUCT.yaml',
      'v1.0/checkout v1.36/b/PRODUCT.yaml',
      'v1.0/checkout v1.37/c/PRODUCT.yaml',
    ]);
  });

  it('takes a version, a product folder and a file, each once', () => {
    expect(found('v1.36/b/PRODUCT.yaml', 'v1.36/b', 'v1.37')).toEqual([
      'v1.0/checkout v1.36/b/PRODUCT.yaml',
      'v1.0/checkout v1.37/c/PRODUCT.yaml',
    ]);
  });

  it('says what is wrong with a path that names nothing', () => {
    const code = (path: string): string | undefined => {
      try {
        found(path);
        return undefined;
      } catch (error) {
        return error instanceof PlimsollError ? error.code : String(error);
      }
    };
    expect(code('nowhere')).toBe('path-not-found');
    expect(code('docs')).toBe('no-submission');
    expect(code('v1.36/empty')).toBe('no-submission');
  });

  it('takes the version from the path inside the checkout', () => {
    expect(readSubmission(join(root, 'v1.37/c/PRODUCT.yaml'))).toMatchObject({
      path: 'v1.37/c/PRODUCT.yaml',
      version: '1.37',
    });
    expect(readSubmission(join(root, 'v1.36/a'))).toMatchObject({ problems: [{ rule: 'file-unreadable' }] });
  });
});
