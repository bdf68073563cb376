import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { PROTOS, type ProtoName, pinnedKubelet, prepareProtos, protoFile } from './protos.ts';

const CORE = resolve(import.meta.dirname, '../../go/core');

it('reads the pinned version, replaced or required', () => {
  expect(pinnedKubelet('require (\n\tk8s.io/kubelet v0.37.2 // indirect\n)')).toBe('v0.37.2');
  expect(pinnedKubelet('require k8s.io/kubelet v0.36.0')).toBe('v0.36.0');
  expect(pinnedKubelet('\tk8s.io/kubelet v0.0.0\nreplace k8s.io/kubelet v0.0.0 => k8s.io/kubelet v0.37.1\n')).toBe(
    'v0.37.1',
  );
  expect(() => pinnedKubelet('require k8s.io/kubectl v0.37.2')).toThrow(/does not name a version/);
});

it('takes every interface out of the Go module once, and then needs no Go', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'plimsoll-protos-'));
  const path = process.env['PATH'];
  try {
    const folder = await prepareProtos(CORE, cache);
    for (const name of Object.keys(PROTOS) as ProtoName[]) {
      expect(readFileSync(protoFile(folder, name), 'utf8')).toContain('syntax = "proto3"');
    }
    process.env['PATH'] = '/nowhere';
    expect(await prepareProtos(CORE, cache)).toBe(folder);
    await expect(prepareProtos(CORE, join(cache, 'other'))).rejects.toMatchObject({ code: 'kubelet-protos' });
  } finally {
    process.env['PATH'] = path;
    rmSync(cache, { recursive: true });
  }
});
