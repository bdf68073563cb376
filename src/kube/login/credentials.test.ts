import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, createLeaf } from '../../../lab/pki/certificates.ts';
import { CredentialPluginError, KubeconfigError } from '../error/api-error.ts';
import { Credentials } from './credentials.ts';
import type { Login, PluginSpec } from './login.ts';

let folder: string;
let now = 0;
const messages: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-login-'));
  now = Date.UTC(2026, 10, 24);
  messages.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOBODY: Login = {
  source: 'context c of F',
  context: 'c',
  cluster: 'k',
  userName: 'u',
  namespace: 'default',
  server: 'https://api.example',
  ca: undefined,
  insecure: false,
  tlsServerName: undefined,
  proxyUrl: undefined,
  clientCertificate: undefined,
  clientKey: undefined,
  token: undefined,
  tokenFile: undefined,
  basic: undefined,
  plugin: undefined,
  authProvider: undefined,
  as: undefined,
  pluginClusterConfig: undefined,
};

function credentials(
  login: Partial<Login>,
  options: { interactive?: boolean; pluginTimeoutMs?: number } = {},
): Credentials {
  return new Credentials(
    { ...NOBODY, ...login },
    {
      env: process.env,
      now: () => now,
      interactive: options.interactive ?? false,
      onMessage: (text) => messages.push(text),
      pluginTimeoutMs: options.pluginTimeoutMs ?? 10_000,
    },
  );
}

/** A credential plugin: a shell script in the test's folder. */
function plugin(script: string, change: Partial<PluginSpec> = {}): PluginSpec {
  const command = join(folder, 'plugin');
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args: [],
    env: {},
    installHint: undefined,
    interactiveMode: 'IfAvailable',
    provideClusterInfo: false,
    ...change,
  };
}

const answer = (status: Record<string, unknown>): string =>
  `echo '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}'`;

async function failure(work: Promise<unknown>): Promise<CredentialPluginError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CredentialPluginError);
  return error as CredentialPluginError;
}

describe('tokens and files', () => {
  it('reads a token file, trims it, and lets it win over a token', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'abc\n');
    const login = credentials({ tokenFile, token: 'other' });
    expect((await login.current()).authorization).toBe('Bearer abc');
    writeFileSync(tokenFile, 'def');
    now += 59_000;
    expect((await login.current()).authorization).toBe('Bearer abc');
    now += 2_000;
    expect((await login.current()).authorization).toBe('Bearer def');
  });

  it('reads a rotated token at once after a 401, and knows when there is nothing new', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'abc');
    const login = credentials({ tokenFile });
    const refused = await login.current();
    expect(await login.renew(refused)).toBe(false);
    writeFileSync(tokenFile, 'def');
    expect(await login.renew(await login.current())).toBe(true);
    expect((await login.current()).authorization).toBe('Bearer def');
  });

  it('says which file is missing or empty', async () => {
    writeFileSync(join(folder, 'empty'), '\n');
    await expect(credentials({ tokenFile: join(folder, 'empty') }).current()).rejects.toThrow(
      /tokenFile .*empty of .* is empty/,
    );
    await expect(credentials({ tokenFile: '/no/such' }).current()).rejects.toThrow(
      /tokenFile \/no\/such cannot be read \(ENOENT\)/,
    );
    await expect(credentials({ ca: { file: '/no/ca' } }).current()).rejects.toBeInstanceOf(KubeconfigError);
    await expect(credentials({ ca: { data: 'AAAA' } }).current()).rejects.toThrow('not base64 of a PEM block');
  });

  it('takes certificates from data and from files, both or none', async () => {
    const authority = await createAuthority('test');
    const leaf = await createLeaf(authority, { commonName: 'me', usages: ['client'] });
    writeFileSync(join(folder, 'me.crt'), leaf.certificatePem);
    const certificate = { file: join(folder, 'me.crt') };
    const key = { data: Buffer.from(leaf.keyPem).toString('base64') };
    const login = credentials({ clientCertificate: certificate, clientKey: key });
    const credential = await login.current();
    expect(credential).toMatchObject({ certificate: leaf.certificatePem, key: leaf.keyPem, authorization: undefined });
    expect(login.describe(credential)).toMatch(/^the client certificate CN=me \(valid until 20/);
    now = Date.UTC(2126, 0, 1);
    expect(login.describe(credential)).toMatch(/EXPIRED 20/);
    await expect(credentials({ clientCertificate: certificate }).current()).rejects.toThrow('without its key');
  });

  it('describes what was shown without showing it', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: 'jane', exp: now / 1000 - 60 })).toString('base64url');
    const expired = credentials({ token: `e30.${claims}.secret-signature` });
    const text = expired.describe(await expired.current());
    expect(text).toBe('a bearer token of jane (EXPIRED 2026-11-23T23:59:00.000Z)');
    const opaque = credentials({ token: 'opaque' });
    expect(opaque.describe(await opaque.current())).toBe('a bearer token');
    const basic = credentials({ basic: { username: 'u', password: 'p' } });
    expect((await basic.current()).authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
    expect(basic.describe(await basic.current())).toBe('a user name and password');
    const none = credentials({});
    expect(none.describe(await none.current())).toBe('no credential at all');
  });
});

describe('credential plugins', () => {
  it('are told what the protocol promises: KUBERNETES_EXEC_INFO with the cluster, their env, no standard input', async () => {
    const authority = await createAuthority('test');
    const script = `printf '%s' "$KUBERNETES_EXEC_INFO" > ${join('$DIR', 'info')}; cat > $DIR/stdin; ${answer({ token: 't' })}`;
    const spec = plugin(script, { env: { DIR: folder }, provideClusterInfo: true });
    const login = credentials({
      plugin: spec,
      ca: { data: Buffer.from(authority.certificatePem).toString('base64') },
      tlsServerName: 'inner',
      pluginClusterConfig: { audience: 'x' },
    });
    expect((await login.current()).authorization).toBe('Bearer t');
    expect(JSON.parse(readFileSync(join(folder, 'info'), 'utf8'))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://api.example',
          'tls-server-name': 'inner',
          'certificate-authority-data': Buffer.from(authority.certificatePem).toString('base64'),
          config: { audience: 'x' },
        },
      },
    });
    expect(readFileSync(join(folder, 'stdin'), 'utf8')).toBe('');
  });

  it('run once for many requests, again before the token ends, and again after a 401', async () => {
    const count = (): number => readFileSync(join(folder, 'runs'), 'utf8').length;
    const expirationTimestamp = new Date(now + 60_000).toISOString();
    const spec = plugin(`printf x >> ${folder}/runs; ${answer({ token: 't', expirationTimestamp })}`);
    const login = credentials({ plugin: spec });
    await Promise.all([login.current(), login.current(), login.current()]);
    expect(count()).toBe(1);
    now += 45_000;
    await login.current();
    expect(count()).toBe(1);
    now += 10_000;
    const credential = await login.current();
    expect(count()).toBe(2);
    expect(await login.renew(credential)).toBe(false);
    expect(count()).toBe(3);
  });

  it('may give a client certificate', async () => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    expect(await credentials({ plugin: plugin(answer(status)) }).current()).toMatchObject({
      certificate: 'CERT',
      key: 'KEY',
      authorization: undefined,
    });
    const half = await failure(credentials({ plugin: plugin(answer({ clientCertificateData: 'CERT' })) }).current());
    expect(half.message).toContain('a certificate without its key');
  });

  it('fail with their own words, the install hint, or what they waited for', async () => {
    const broken = await failure(
      credentials({ plugin: plugin('echo "session expired, run: corp login" >&2; exit 3') }).current(),
    );
    expect(broken.message).toContain('ended with code 3: session expired, run: corp login');
    expect(messages.join('')).toContain('session expired');
    const missing = plugin('', { command: '/no/such-plugin', installHint: 'get it at the shop' });
    const absent = await failure(credentials({ plugin: missing }).current());
    expect(absent.message).toBe('credential plugin /no/such-plugin is not installed (or not in PATH)');
    expect(absent.remedy).toBe('get it at the shop');
    const began = performance.now();
    const waiting = plugin(`echo "open the page" >&2; sleep 30 & echo $! > ${folder}/child; wait`);
    const hung = await failure(credentials({ plugin: waiting }, { pluginTimeoutMs: 300 }).current());
    expect(hung.message).toMatch(/gave nothing within 0.3 s; it said: open the page/);
    expect(performance.now() - began).toBeLessThan(5_000);
    // What it had started is gone, too.
    const child = readFileSync(join(folder, 'child'), 'utf8').trim();
    const alive = (): boolean =>
      existsSync(`/proc/${child}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${child}/status`, 'utf8'));
    await expect.poll(alive).toBe(false);
  });

  it('are refused when what they say is not the protocol', async () => {
    const message = async (script: string): Promise<string> =>
      (await failure(credentials({ plugin: plugin(script) }).current())).message;
    expect(await message('echo hello')).toContain('is not JSON');
    expect(await message(`echo '{"kind":"Other"}'`)).toContain('no ExecCredential');
    expect(await message(answer({}))).toContain('neither a token nor a client certificate');
    expect(await message(answer({ token: 't' }).replace('/v1"', '/v1beta1"'))).toContain(
      'it answered client.authentication.k8s.io/v1beta1, asked was client.authentication.k8s.io/v1',
    );
    const old = plugin(answer({ token: 't' }), { apiVersion: 'client.authentication.k8s.io/v1alpha1' });
    expect((await failure(credentials({ plugin: old }).current())).message).toContain('wants the protocol');
    const asks = plugin(answer({ token: 't' }), { interactiveMode: 'Always' });
    expect((await failure(credentials({ plugin: asks }).current())).message).toContain('there is no terminal');
  });
});

describe('auth-provider', () => {
  const jwt = (exp: number): string =>
    `e30.${Buffer.from(JSON.stringify({ sub: 'jane', exp })).toString('base64url')}.c2ln`;
  const oidc = (exp: number): Record<string, unknown> => ({ name: 'oidc', config: { 'id-token': jwt(exp) } });

  it('takes an oidc token that is good, and says when it has ended', async () => {
    const future = Math.floor(Date.now() / 1000) + 3600;
    expect((await credentials({ authProvider: oidc(future) }).current()).authorization).toBe(`Bearer ${jwt(future)}`);
    const error = await failure(credentials({ authProvider: oidc(1_000_000_000) }).current());
    expect(error.message).toContain('auth-provider oidc of context c of F gave no token (expired');
  });
});
