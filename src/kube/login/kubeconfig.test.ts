import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeconfigError } from '../error/api-error.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { type Login, loginOf } from './login.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const WHOLE = `
apiVersion: v1
kind: Config
current-context: dev
contexts:
  - name: dev
    context: { cluster: one, user: me, namespace: team }
  - name: anonymous
    context: { cluster: one }
clusters:
  - name: one
    cluster:
      server: https://api.example:6443/k8s/clusters/c-1/
      certificate-authority: pki/ca.crt
      tls-server-name: inner.example
      proxy-url: socks5://proxy.example:1080
      extensions:
        - name: client.authentication.k8s.io/exec
          extension: { audience: prod }
users:
  - name: me
    user:
      client-certificate: pki/me.crt
      client-key: /elsewhere/me.key
      tokenFile: token
      as: robot
      as-uid: u-1
      as-groups: [a, b]
      as-user-extra: { team: [x] }
      exec:
        apiVersion: client.authentication.k8s.io/v1
        command: ./bin/login
        args: [--quiet]
        env: [{ name: REGION, value: eu }]
        installHint: install it from the shop
        interactiveMode: Never
        provideClusterInfo: true
`;

async function login(text: string, context?: string): Promise<Login> {
  const config = await readKubeconfig(write('config', text), {});
  if (config === undefined) throw new Error('nothing was read');
  return loginOf(config, context);
}

describe('kubeconfig', () => {
  it('reads every field that kubectl reads, with paths from the file’s folder', async () => {
    expect(await login(WHOLE)).toEqual({
      source: `context dev of ${join(folder, 'config')}`,
      context: 'dev',
      cluster: 'one',
      userName: 'me',
      namespace: 'team',
      server: 'https://api.example:6443/k8s/clusters/c-1',
      ca: { file: join(folder, 'pki/ca.crt') },
      insecure: false,
      tlsServerName: 'inner.example',
      proxyUrl: 'socks5://proxy.example:1080',
      clientCertificate: { file: join(folder, 'pki/me.crt') },
      clientKey: { file: '/elsewhere/me.key' },
      token: undefined,
      tokenFile: join(folder, 'token'),
      basic: undefined,
      plugin: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: join(folder, 'bin/login'),
        args: ['--quiet'],
        env: { REGION: 'eu' },
        installHint: 'install it from the shop',
        interactiveMode: 'Never',
        provideClusterInfo: true,
      },
      authProvider: undefined,
      as: { user: 'robot', uid: 'u-1', groups: ['a', 'b'], extra: { team: ['x'] } },
      pluginClusterConfig: { audience: 'prod' },
    });
  });

  it('takes a context without a user, and the default namespace', async () => {
    const anonymous = await login(WHOLE, 'anonymous');
    expect(anonymous).toMatchObject({ namespace: 'default', userName: undefined, token: undefined, as: undefined });
  });

  it('lets data win over a file', async () => {
    const text = WHOLE.replace(
      'certificate-authority: pki',
      'certificate-authority-data: QUJD\n      certificate-authority: pki',
    );
    expect((await login(text)).ca).toEqual({ data: 'QUJD' });
  });

  it('merges the files of KUBECONFIG: the first to name a thing wins, missing files are passed over', async () => {
    const first = write('a/config', WHOLE.replace('current-context: dev', ''));
    const second = write(
      'b/config',
      WHOLE.replaceAll('api.example', 'other.example').replace('name: anonymous', 'name: more'),
    );
    const config = await readKubeconfig(undefined, { KUBECONFIG: `${join(folder, 'none')}:${first}:${second}` });
    if (config === undefined) throw new Error('nothing was read');
    expect(config.files).toEqual([first, second]);
    expect(config.currentContext).toBe('dev');
    expect([...config.contexts.keys()]).toEqual(['dev', 'anonymous', 'more']);
    expect(loginOf(config, 'more').server).toContain('api.example');
    expect(loginOf(config, undefined).ca).toEqual({ file: join(folder, 'a/pki/ca.crt') });
  });

  it('falls back to ~/.kube/config, and to nothing', async () => {
    expect(await readKubeconfig(undefined, { HOME: folder })).toBeUndefined();
    const file = write('.kube/config', WHOLE);
    expect((await readKubeconfig(undefined, { HOME: folder }))?.files).toEqual([file]);
    await expect(readKubeconfig(undefined, { HOME: folder, KUBECONFIG: '/no/such' })).rejects.toThrow(
      'KUBECONFIG names /no/such: no such file',
    );
  });

  it('says what is wrong, where, and what there is instead', async () => {
    const message = async (text: string, context?: string): Promise<string> => {
      const error: unknown = await login(text, context).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(KubeconfigError);
      expect((error as KubeconfigError).exitCode).toBe(4);
      return `${(error as KubeconfigError).message.replaceAll(folder, 'F')} -> ${(error as KubeconfigError).remedy}`;
    };
    expect(await message(WHOLE, 'prod')).toBe('kubeconfig F/config has no context "prod" -> it has: dev, anonymous');
    expect(await message(WHOLE.replace('current-context: dev', ''))).toContain(
      'has no current-context -> pass --context',
    );
    expect(await message(WHOLE.replace('- name: one', '- name: two'))).toContain(
      'context dev points to the cluster "one", which is not there',
    );
    expect(await message(WHOLE.replace('- name: me', '- name: you'))).toContain('points to the user "me"');
    expect(await message(WHOLE.replace('https://api', 'api'))).toContain('is not an http(s) URL');
    expect(await message(WHOLE.replace('tokenFile: token', 'token: 123'))).toContain('token is not text');
    expect(await message(WHOLE.replace('as: robot', ''))).toContain('as-uid, as-groups and as-user-extra need `as`');
    expect(await message('a: [')).toContain('kubeconfig F/config is not YAML');
    expect(await message('just words')).toContain('holds no mapping');
    expect(await message('clusters: 5')).toContain('clusters is not a list');
    expect(await message('users: [{}]')).toContain('users[0] has no name');
    expect(await message('')).toContain('has no current-context');
    await expect(readKubeconfig(join(folder, 'none'), {})).rejects.toThrow('there is no such file');
    await expect(readKubeconfig(folder, {})).rejects.toThrow('cannot be read (EISDIR)');
  });
});
