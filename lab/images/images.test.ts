import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImage, sweepImages } from './build-image.ts';
import { links } from './busybox.ts';
import { dynamicImage, librariesOf } from './dynamic-image.ts';
import type { Image } from './image.ts';
import { writeLayer } from './layer.ts';
import { imagePlace } from './reference.ts';
import { staticImage } from './static-image.ts';

let cache: string;
let image: Image;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'plimsoll-images-'));
  const binary = join(cache, 'program');
  writeFileSync(binary, 'ELF of sorts');
  image = staticImage({
    title: 'program',
    version: '1.0',
    references: ['ghcr.io/x/program:v1'],
    binary,
    path: '/usr/local/bin/program',
    config: { User: '65532:65532' },
  });
});
afterEach(() => {
  rmSync(cache, { recursive: true, force: true });
});

const blob = (digest: string): string => join(cache, 'blobs', digest.replace(':', '/'));

async function entries(file: string): Promise<Record<string, { mode: number; type: string; text: string }>> {
  const found: Record<string, { mode: number; type: string; text: string }> = {};
  for await (const entry of createReadStream(file).pipe(extract())) {
    let text = '';
    for await (const chunk of entry) text += chunk;
    found[entry.header.name] = { mode: entry.header.mode ?? 0, type: entry.header.type ?? '', text };
  }
  return found;
}

describe('imagePlace', () => {
  it.each([
    ['busybox', 'library/busybox', 'latest'],
    ['busybox:1.37', 'library/busybox', '1.37'],
    ['docker.io/library/busybox:1.37', 'library/busybox', '1.37'],
    ['grafana/grafana:9', 'grafana/grafana', '9'],
    ['docker.io/grafana/grafana', 'grafana/grafana', 'latest'],
    ['registry.k8s.io/coredns/coredns:v1.15.0', 'coredns/coredns', 'v1.15.0'],
    ['registry.k8s.io/pause:3.10', 'pause', '3.10'],
    ['localhost:5000/a/b', 'a/b', 'latest'],
  ])('%s', (reference, repository, tag) => expect(imagePlace(reference)).toEqual({ repository, tag }));

  it('refuses digests, which only the real image has', () => {
    expect(() => imagePlace('busybox@sha256:00')).toThrow(/pinned to the digest/);
  });
});

describe('writeLayer', () => {
  it('writes what was asked for, under its digest, always the same bytes', async () => {
    const blobs = join(cache, 'blobs');
    const layer = await writeLayer(image.entries, blobs);
    const found = await entries(blob(layer.digest));
    expect(found['usr/local/bin/program']).toEqual({ mode: 0o755, type: 'file', text: 'ELF of sorts' });
    expect(found['tmp/']).toMatchObject({ mode: 0o1777, type: 'directory' });
    expect(found['usr/local/']).toMatchObject({ type: 'directory' });
    expect(readFileSync(blob(layer.digest)).length).toBe(layer.size);
    expect((await writeLayer(image.entries, blobs)).digest).toBe(layer.digest);
  });

  it('leaves nothing behind when a file cannot be read', async () => {
    const blobs = join(cache, 'blobs');
    rmSync(join(cache, 'program'));
    await expect(writeLayer(image.entries, blobs)).rejects.toThrow(/ENOENT/);
    expect(readdirSync(blobs)).toEqual(['sha256']);
  });
});

describe('buildImage', () => {
  it('makes a manifest whose blobs are there, with the run configuration', async () => {
    const made = await buildImage(image, cache);
    const manifest = JSON.parse(made.manifest);
    expect([manifest.layers[0].digest, manifest.config.digest]).toEqual(made.blobs);
    const config = JSON.parse(readFileSync(blob(manifest.config.digest), 'utf8'));
    expect(config.config).toMatchObject({
      Entrypoint: ['/usr/local/bin/program'],
      User: '65532:65532',
      WorkingDir: '/',
    });
    expect(config.rootfs.diff_ids).toEqual([manifest.layers[0].digest]);
  });

  it('finds what it made before, and makes it again when a blob is gone', async () => {
    const made = await buildImage(image, cache);
    const layer = blob(made.blobs[0] ?? '');
    utimesSync(layer, new Date(0), new Date(0));
    expect(await buildImage(image, cache)).toEqual(made);
    rmSync(layer);
    expect(await buildImage(image, cache)).toEqual(made);
    expect(existsSync(layer)).toBe(true);
  });

  it('is another image when the binary or the configuration is another', async () => {
    const { manifest } = await buildImage(image, cache);
    expect((await buildImage({ ...image, config: { Cmd: ['x'] } }, cache)).manifest).not.toBe(manifest);
  });

  it('sweeps blobs of no image once they are a day old, and images unused for a month', async () => {
    const made = await buildImage(image, cache);
    writeFileSync(blob('sha256:stray'), 'x');
    sweepImages(cache);
    expect(existsSync(blob('sha256:stray'))).toBe(true);
    const days = (count: number): number => Date.now() + count * 24 * 3_600_000;
    sweepImages(cache, days(2));
    expect(existsSync(blob('sha256:stray'))).toBe(false);
    expect(existsSync(blob(made.blobs[0] ?? ''))).toBe(true);
    sweepImages(cache, days(31));
    expect(readdirSync(join(cache, 'blobs', 'sha256'))).toEqual([]);
  });
});

describe('busybox links', () => {
  it('has one for each program, none for itself or for what lies elsewhere', () => {
    const made = links('usr/bin/[\nusr/bin/[[\nbin/busybox\nbin/sh\nlinuxrc\nsbin/ip\nbin/sh\n');
    expect(made.map(({ path }) => path)).toEqual(['usr/bin/[', 'usr/bin/[[', 'bin/sh', 'sbin/ip']);
  });
});

describe('librariesOf', () => {
  const LDD = [
    '\tlinux-vdso.so.1 (0x00007f4f511d9000)',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f4f49e1e000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f4f511db000)',
  ];

  it('names the files that a program needs, and not the kernel’s own', () => {
    expect(librariesOf(LDD.join('\n'))).toEqual(['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2']);
  });

  it('says which is not there', () => {
    expect(() => librariesOf(`${LDD.join('\n')}\n\tlibnope.so.1 => not found`)).toThrow(/libnope\.so\.1/);
  });
});

it.runIf(existsSync('/usr/bin/ldd') && existsSync('/bin/bash'))(
  'an image of a dynamic program has what it loads',
  async () => {
    const { entries } = await dynamicImage({
      title: 'bash',
      version: '1',
      references: ['bash:1'],
      binary: '/bin/bash',
      path: '/usr/local/bin/bash',
    });
    const paths = entries.map(({ path }) => path);
    expect(paths.some((path) => /ld-linux|ld-musl/.test(path))).toBe(true);
    expect(paths.some((path) => path.endsWith('/libc.so.6'))).toBe(true);
    expect(new Set(paths).size).toBe(paths.length);
  },
);
