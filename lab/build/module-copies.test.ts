import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requirements } from './go-module.ts';
import { makeCopy } from './module-copies.ts';

let source: string;
let folder: string;
beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'plimsoll-source-'));
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-module-'));
  mkdirSync(join(source, 'providers', 'many'), { recursive: true });
  writeFileSync(join(source, 'go.mod'), 'module x\n');
  writeFileSync(join(source, 'main.go'), 'run(stopCh)\n');
  writeFileSync(join(source, 'main_test.go'), '');
  writeFileSync(join(source, 'providers', 'many', 'a.go'), '');
  writeFileSync(join(folder, 'none.go.txt'), 'package providers\n');
  // As in Go's module cache.
  chmodSync(join(source, 'main.go'), 0o444);
});
afterEach(() => {
  rmSync(source, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

const copy = (changes: object): Parameters<typeof makeCopy>[0] => ({
  module: 'example.org/x',
  sum: 'h1:x',
  to: 'x',
  why: 'a test',
  omit: [],
  add: {},
  edits: [],
  ...changes,
});

describe('makeCopy', () => {
  it('leaves out, adds and edits', () => {
    const target = join(folder, 'copy');
    const changes = {
      omit: ['providers/**', '**/*_test.go'],
      add: { 'providers/none.go': 'none.go.txt' },
      edits: [{ file: 'main.go', find: 'stopCh', put: 'ctx' }],
    };
    makeCopy(copy(changes), source, folder, target);
    expect(readFileSync(join(target, 'main.go'), 'utf8')).toBe('run(ctx)\n');
    expect(readFileSync(join(target, 'providers', 'none.go'), 'utf8')).toBe('package providers\n');
    expect(existsSync(join(target, 'providers', 'many'))).toBe(false);
    expect(existsSync(join(target, 'main_test.go'))).toBe(false);
    expect(existsSync(join(target, 'go.mod'))).toBe(true);
  });

  it('refuses an edit whose text is not there, as after an upgrade', () => {
    const changes = { edits: [{ file: 'main.go', find: 'gone', put: '' }] };
    expect(() => makeCopy(copy(changes), source, folder, join(folder, 'copy'))).toThrow(
      /main\.go of example\.org\/x has 0 times/,
    );
  });
});

describe('requirements', () => {
  it('reads blocks and single lines, indirect or not', () => {
    const text =
      'module m\n\nrequire a.org/x v1.2.3\n\nrequire (\n\tb.org/y/v2 v2.0.0 // indirect\n\tc.org/z v0.0.0-2026-abc\n)\n\nreplace b.org/y/v2 => ./copies/y\n';
    expect([...requirements(text)]).toEqual([
      ['a.org/x', 'v1.2.3'],
      ['b.org/y/v2', 'v2.0.0'],
      ['c.org/z', 'v0.0.0-2026-abc'],
    ]);
  });
});
