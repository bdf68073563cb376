import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMPILER_PACKAGES, ensureCompiler, needsCompiler } from './c-compiler.ts';
import { buildLibrary, declared, restOf } from './c-library.ts';
import { type Component, component } from './components.ts';
import { missingPackages } from './debian-packages.ts';

const HEADER = `
nvmlReturn_t DECLDIR nvmlInit_v2(void);
nvmlReturn_t DECLDIR nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length);
const DECLDIR char* nvmlErrorString(nvmlReturn_t result);
DEPRECATED(13.1) nvmlReturn_t DECLDIR nvmlOld(void);
#define DECLDIR
`;

describe('a stand-in of a library', () => {
  it('has every function of the header that the sources leave out, answering that it is not supported', () => {
    expect(declared(HEADER)).toEqual(['nvmlInit_v2', 'nvmlDeviceGetName', 'nvmlOld']);
    const source = 'static int nvmlNot;\nnvmlReturn_t nvmlInit_v2(void) { return nvmlOld(); }\n';
    expect(restOf(HEADER, [source])).toBe(
      'int nvmlDeviceGetName(void) { return 3; }\nint nvmlOld(void) { return 3; }\n',
    );
  });
});

describe.skipIf(missingPackages(COMPILER_PACKAGES).length > 0)('buildLibrary, with this machine’s compiler', () => {
  const tool: Component = { name: 'libtest.so.1', module: 'm', package: 'c', compiler: 'cc', coldSeconds: 1 };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-c-'));
    mkdirSync(join(folder, 'c'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a shared library and leaves nothing beside it', async () => {
    writeFileSync(join(folder, 'c', 'a.c'), 'int one(void) { return 1; }\n');
    const output = join(folder, 'out', 'libtest.so.1');
    mkdirSync(join(folder, 'out'));
    await buildLibrary(tool, folder, output);
    expect(readdirSync(join(folder, 'out'))).toEqual(['libtest.so.1']);
  });

  it('says what the compiler said, and which sources', async () => {
    writeFileSync(join(folder, 'c', 'a.c'), 'int one(void) { return nothing; }\n');
    const build = buildLibrary(tool, folder, join(folder, 'libtest.so.1'));
    await expect(build).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringMatching(/lab\/go\/m\/c.*nothing/s),
    });
    expect(existsSync(join(folder, 'libtest.so.1'))).toBe(false);
  });
});

describe('the C compiler', () => {
  it('is needed by vendors’ programs only', () => {
    expect(needsCompiler(component('kube'))).toBe(false);
    expect(needsCompiler(component('intel-gpu-plugin'))).toBe(false);
    expect(needsCompiler(component('nvidia-device-plugin'))).toBe(true);
    expect(needsCompiler(component('libnvidia-ml.so.1'))).toBe(true);
  });

  it('is asked for by the names of Debian’s packages when it is missing and cannot be installed', async () => {
    const progress = { step: () => () => {}, note: () => {} };
    const asked = ensureCompiler(progress, { exists: () => false, root: false });
    await expect(asked).rejects.toMatchObject({
      code: 'packages-missing',
      message: expect.stringMatching(/gcc \(C compiler, for vendors’ programs\), libc6-dev/),
      remedy: expect.stringContaining('apt-get install gcc libc6-dev'),
    });
  });
});
