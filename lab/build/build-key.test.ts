import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildKey, moduleDigest } from './build-key.ts';
import { component } from './components.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-module-'));
  mkdirSync(join(folder, 'cmd', 'x'), { recursive: true });
  writeFileSync(join(folder, 'go.mod'), 'module x\n');
  writeFileSync(join(folder, 'cmd', 'x', 'main.go'), 'package main\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('moduleDigest', () => {
  it('changes with any source, in whatever folder', () => {
    const before = moduleDigest(folder);
    expect(moduleDigest(folder)).toBe(before);
    writeFileSync(join(folder, 'cmd', 'x', 'main.go'), 'package main // changed\n');
    const changed = moduleDigest(folder);
    expect(changed).not.toBe(before);
    writeFileSync(join(folder, 'go.sum'), '');
    expect(moduleDigest(folder)).not.toBe(changed);
  });

  it('does not change with what is made from the sources', () => {
    const before = moduleDigest(folder);
    mkdirSync(join(folder, 'copies', 'lego'), { recursive: true });
    writeFileSync(join(folder, 'copies', 'lego', 'a.go'), '');
    expect(moduleDigest(folder)).toBe(before);
  });

  it('tells a moved file from one that stayed', () => {
    const before = moduleDigest(folder);
    mkdirSync(join(folder, 'cmd', 'y'));
    writeFileSync(join(folder, 'cmd', 'y', 'main.go'), 'package main\n');
    expect(moduleDigest(folder)).not.toBe(before);
  });
});

describe('buildKey', () => {
  it('depends on the component, the sources and the Go version', () => {
    const kube = component('kube');
    const key = buildKey(kube, 'd', '1.26.8');
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(
      new Set([
        key,
        buildKey(kube, 'e', '1.26.8'),
        buildKey(kube, 'd', '1.27.0'),
        buildKey(component('etcd'), 'd', '1.26.8'),
      ]).size,
    ).toBe(4);
    expect(buildKey({ ...kube, defines: { a: 'b' } }, 'd', '1.26.8')).not.toBe(key);
  });
});
