import { describe, expect, it } from 'vitest';
import { component, componentNames } from './components.ts';
import { buildArguments, compareVersions, goVersion, requireGo } from './go-tool.ts';

describe('compareVersions', () => {
  it.each([
    ['1.26.8', '1.26.8', 0],
    ['1.26.10', '1.26.8', 1],
    ['1.27', '1.26.8', 1],
    ['1.26', '1.26.6', -1],
    ['1.26.0', '1.26', 0],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });
});

describe('goVersion', () => {
  it('says that Go is missing when it is', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(goVersion()).rejects.toMatchObject({ code: 'go-missing' });
    } finally {
      process.env['PATH'] = before;
    }
  });
});

describe('requireGo', () => {
  it('accepts the version asked for and later ones', async () => {
    await expect(requireGo('1.26.6', '1.26.6')).resolves.toBeUndefined();
    await expect(requireGo('1.27.1', '1.26.6')).resolves.toBeUndefined();
  });

  it('refuses an older Go that may not fetch another, and says both versions', async () => {
    const before = process.env['GOTOOLCHAIN'];
    process.env['GOTOOLCHAIN'] = 'local';
    try {
      await expect(requireGo('1.22.3', '1.26.6')).rejects.toMatchObject({
        code: 'go-too-old',
        message: expect.stringMatching(/1\.26\.6.*1\.22\.3/),
      });
    } finally {
      if (before === undefined) delete process.env['GOTOOLCHAIN'];
      else process.env['GOTOOLCHAIN'] = before;
    }
  });
});

describe('buildArguments', () => {
  it('never lets a build change go.mod, and tells programs their version', () => {
    const args = buildArguments(component('kube'), '/out');
    expect(args).toContain('-mod=readonly');
    expect(args).toContain('-o=/out');
    expect(args.find((arg) => arg.startsWith('-ldflags='))).toContain(
      'k8s.io/component-base/version.gitVersion=v1.37.2',
    );
    expect(args.at(-1)).toBe('./cmd/kube');
  });

  it('passes tags as one argument', () => {
    expect(buildArguments(component('containerd'), '/out')).toContain('-tags=no_btrfs,no_devmapper,no_zfs');
  });
});

describe('component', () => {
  it('names each once, and refuses others by naming those there are', () => {
    expect(new Set(componentNames()).size).toBe(componentNames().length);
    expect(() => component('minikube')).toThrow(/no lab component named "minikube"/);
  });
});
