import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { type AddressInfo, connect as connectSocket, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Authority, type Credential, createAuthority, createLeaf } from '../../lab/pki/certificates.ts';
import type { Cluster } from './cluster.ts';
import { connect } from './connect.ts';
import type { ConnectOptions } from './connect-options.ts';
import { TlsError, UnreachableError } from './error/api-error.ts';
import { type Lane, Transport } from './http/transport.ts';
import { readKubeconfig } from './login/kubeconfig.ts';
import { loginOf } from './login/login.ts';

/**
 * How the connection is made: TLS names, authorities, client certificates, proxies, sockets. What answers here is a plain
 * server that says what it saw (protocol, name asked for, client, path); nothing here plays an API server.
 */
let folder: string;
let authority: Authority;
let stranger: Authority;
let serverLeaf: Credential;
let clientLeaf: Credential;
const closers: (() => void)[] = [];

beforeAll(async () => {
  authority = await createAuthority('good');
  stranger = await createAuthority('stranger');
  const names = { usages: ['server'], dnsNames: ['inner.example'], addresses: ['127.0.0.1'] } as const;
  serverLeaf = await createLeaf(authority, { commonName: 'server', ...names });
  clientLeaf = await createLeaf(authority, { commonName: 'me', usages: ['client'] });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-connect-'));
});

afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(folder, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Saw {
  protocol: string;
  path: string;
  servername: string | false | null | undefined;
  client: string | undefined;
  authorization: string | undefined;
}

function answerWhatWasSeen(request: IncomingMessage, response: ServerResponse): void {
  const socket = request.socket as TLSSocket;
  const peer = socket.encrypted ? socket.getPeerCertificate() : undefined;
  const saw: Saw = {
    protocol: request.httpVersion,
    path: request.url ?? '',
    servername: socket.servername,
    client: peer?.subject?.CN?.toString(),
    authorization: request.headers.authorization,
  };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(saw));
}

async function listen(
  server: Http2SecureServer | Server | ReturnType<typeof createTcpServer>,
  at?: string,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (at === undefined) server.listen(0, '127.0.0.1', resolve);
  else server.listen(at, resolve);
  await promise;
  closers.push(() => server.close());
  return at === undefined ? (server.address() as AddressInfo).port : 0;
}

async function secureServer(at?: string): Promise<number> {
  const server = createSecureServer(
    {
      key: serverLeaf.keyPem,
      cert: serverLeaf.certificatePem,
      ca: authority.certificatePem,
      requestCert: true,
      rejectUnauthorized: false,
      allowHTTP1: true,
    },
    // http2's compatibility layer has the same face as http.
    (request, response) =>
      answerWhatWasSeen(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  return await listen(server, at);
}

async function cluster(clusterEntry: object, user: object = {}, options: ConnectOptions = {}): Promise<Cluster> {
  const kubeconfig = join(folder, `config-${Math.random()}`);
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: clusterEntry }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const made = await connect({ kubeconfig, env: {}, interactive: false, ...options });
  closers.push(() => void made.close());
  return made;
}

const saw = async (made: Cluster, path = '/x'): Promise<Saw> =>
  (await made.request({ path, timeoutMs: 5_000 })).body as Saw;
const trust = (): object => ({ 'certificate-authority-data': base64(authority.certificatePem) });

describe('TLS', () => {
  it('trusts the kubeconfig’s authority, as data and as a file', async () => {
    const server = `https://127.0.0.1:${await secureServer()}`;
    writeFileSync(join(folder, 'ca.crt'), authority.certificatePem);
    expect(await saw(await cluster({ server, ...trust() }))).toMatchObject({ protocol: '1.1', path: '/x' });
    await saw(await cluster({ server, 'certificate-authority': 'ca.crt' }));
  });

  it('refuses another authority and another name, and says how to go on', async () => {
    const port = await secureServer();
    const server = `https://127.0.0.1:${port}`;
    const ca = base64(stranger.certificatePem);
    await expect(saw(await cluster({ server, 'certificate-authority-data': ca }))).rejects.toBeInstanceOf(TlsError);
    await expect(saw(await cluster({ server }))).rejects.toMatchObject({ code: 'tls', exitCode: 4 });
    const wrongName = await cluster({ server: `https://localhost:${port}`, ...trust() });
    await expect(saw(wrongName)).rejects.toThrow(/its certificate is for other names .*inner\.example/);
  });

  it('asks for tls-server-name, and trusts anything when told to', async () => {
    const port = await secureServer();
    const named = await cluster({
      server: `https://localhost:${port}`,
      'tls-server-name': 'inner.example',
      ...trust(),
    });
    expect((await saw(named)).servername).toBe('inner.example');
    const server = `https://localhost:${port}`;
    await saw(await cluster({ server, 'insecure-skip-tls-verify': true, ...trust() }));
  });

  it('shows the client certificate, as data and as files', async () => {
    const server = `https://127.0.0.1:${await secureServer()}`;
    writeFileSync(join(folder, 'me.crt'), clientLeaf.certificatePem);
    writeFileSync(join(folder, 'me.key'), clientLeaf.keyPem);
    const data = {
      'client-certificate-data': base64(clientLeaf.certificatePem),
      'client-key-data': base64(clientLeaf.keyPem),
    };
    const files = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
    for (const user of [data, files])
      expect((await saw(await cluster({ server, ...trust() }, user))).client).toBe('me');
  });

  it('says when what answers does not speak TLS, or nobody does', async () => {
    const port = await listen(createPlainServer(answerWhatWasSeen));
    const server = `https://127.0.0.1:${port}`;
    await expect(saw(await cluster({ server, ...trust() }))).rejects.toThrow('does not speak TLS');
    const nobody = await cluster({ server: 'https://127.0.0.1:1', ...trust() });
    const began = performance.now();
    await expect(saw(nobody)).rejects.toBeInstanceOf(UnreachableError);
    // Never reached: a wrong address is told at once and not waited out.
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('ways to the server', () => {
  it('keeps the path of a server behind a gateway, and speaks plain http', async () => {
    const port = await listen(createPlainServer(answerWhatWasSeen));
    const made = await cluster({ server: `http://127.0.0.1:${port}/k8s/clusters/c-1/` }, { token: 't' });
    expect(await saw(made, '/version?a=b')).toMatchObject({
      path: '/k8s/clusters/c-1/version?a=b',
      authorization: 'Bearer t',
    });
  });

  it('dials a unix socket, names and trust unchanged', async () => {
    const socketPath = join(folder, 'api.sock');
    await secureServer(socketPath);
    const made = await cluster({ server: 'https://inner.example:6443', ...trust() }, {}, { socketPath });
    expect(await saw(made)).toMatchObject({ servername: 'inner.example' });
    const gone = await cluster({ server: 'https://inner.example:6443', ...trust() }, {}, { socketPath: '/no/socket' });
    await expect(saw(gone)).rejects.toThrow(/by way of \/no\/socket: the socket is not there/);
  });

  it('goes through a proxy: proxy-url, or HTTPS_PROXY; watches with HTTP/2', async () => {
    const port = await secureServer();
    const tunnels: string[] = [];
    const proxy = createPlainServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      // Whatever name was asked for: everything leads to the test's server.
      const onward = connectSocket(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
      closers.push(() => socket.destroy());
    });
    const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
    const server = 'https://inner.example:6443';
    const made = await cluster({ server, 'proxy-url': proxyUrl, ...trust() });
    expect((await saw(made)).servername).toBe('inner.example');
    const fromEnv = await cluster({ server, ...trust() }, {}, { env: { HTTPS_PROXY: proxyUrl } });
    await saw(fromEnv);
    expect(tunnels).toEqual(['inner.example:6443', 'inner.example:6443']);
    expect(await protocols({ server, proxyUrl })).toEqual({ read: '1.1', foreign: '1.1', stream: '2.0' });
  });

  it('says when the proxy refuses', async () => {
    const proxy = createPlainServer();
    proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
    const made = await cluster({ server: 'https://inner.example:6443', 'proxy-url': proxyUrl, ...trust() });
    await expect(saw(made)).rejects.toThrow('the proxy on the way answered 407');
    const odd = await cluster({ server: 'https://inner.example:6443', 'proxy-url': 'ftp://x', ...trust() });
    await expect(saw(odd)).rejects.toThrow('is not an http, https or socks5 URL');
  });

  it('goes through a SOCKS proxy', async () => {
    const port = await secureServer();
    const asked: string[] = [];
    const socks = createTcpServer((client) => {
      client.once('data', () => {
        client.write(Buffer.from([5, 0]));
        client.once('data', (request) => {
          asked.push(request.subarray(5, 5 + (request[4] ?? 0)).toString());
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          const onward = connectSocket(port, '127.0.0.1');
          onward.pipe(client).pipe(onward);
          onward.on('error', () => client.destroy());
          client.on('error', () => onward.destroy());
          closers.push(() => client.destroy());
        });
      });
    });
    const proxyUrl = `socks5://127.0.0.1:${await listen(socks)}`;
    const made = await cluster({ server: 'https://inner.example:6443', 'proxy-url': proxyUrl, ...trust() });
    expect((await saw(made)).servername).toBe('inner.example');
    expect(asked).toEqual(['inner.example']);
  });
});

/** The HTTP version of each lane. */
async function protocols(change: { server: string; proxyUrl?: string }): Promise<Record<Lane, string>> {
  const kubeconfig = join(folder, 'lanes');
  const user = { name: 'u', user: {} };
  const entry = { server: change.server, 'proxy-url': change.proxyUrl };
  const config = { contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }], users: [user] };
  writeFileSync(kubeconfig, JSON.stringify({ ...config, clusters: [{ name: 'k', cluster: entry }] }));
  const read = await readKubeconfig(kubeconfig, {});
  if (read === undefined) throw new Error('nothing was read');
  const options = { socketPath: undefined, env: {}, pingMs: 2_000, connectMs: 5_000 };
  const transport = new Transport(loginOf(read, 'c'), options);
  const credential = { authorization: undefined, ca: authority.certificatePem, certificate: undefined, key: undefined };
  const seen: [Lane, string][] = [];
  for (const lane of ['read', 'foreign', 'stream'] as const) {
    const request = { origin: transport.origin, path: '/', method: 'GET' } as const;
    const answer = await transport.lane(lane, credential).request(request);
    seen.push([lane, ((await answer.body.json()) as Saw).protocol]);
  }
  await transport.close();
  return Object.fromEntries(seen) as Record<Lane, string>;
}

describe('lanes', () => {
  it('reads over HTTP/1.1 and watches over HTTP/2', async () => {
    const server = `https://127.0.0.1:${await secureServer()}`;
    expect(await protocols({ server })).toEqual({ read: '1.1', foreign: '1.1', stream: '2.0' });
  });

  it('opens new connections for a new client certificate, and only then', async () => {
    const kubeconfig = join(folder, 'lanes');
    const config = { contexts: [{ name: 'c', context: { cluster: 'k' } }] };
    const clusters = [{ name: 'k', cluster: { server: 'https://127.0.0.1:1' } }];
    writeFileSync(kubeconfig, JSON.stringify({ ...config, clusters }));
    const read = await readKubeconfig(kubeconfig, {});
    if (read === undefined) throw new Error('nothing was read');
    const options = { socketPath: undefined, env: {}, pingMs: 2_000, connectMs: 5_000 };
    const transport = new Transport(loginOf(read, 'c'), options);
    const first = { authorization: 'a', ca: undefined, certificate: clientLeaf.certificatePem, key: clientLeaf.keyPem };
    const pool = transport.lane('read', first);
    expect(transport.lane('read', { ...first, authorization: 'b' })).toBe(pool);
    const other = await createLeaf(authority, { commonName: 'me', usages: ['client'] });
    const renewed = { ...first, certificate: other.certificatePem, key: other.keyPem };
    expect(transport.lane('read', renewed)).not.toBe(pool);
    await transport.close();
  });
});

describe('close', () => {
  it('ends what is under way', async () => {
    const port = await listen(createPlainServer(() => {}));
    const made = await cluster({ server: `http://127.0.0.1:${port}` });
    const request = made.request({ path: '/never' });
    setTimeout(() => void made.close(), 50);
    await expect(request).rejects.toMatchObject({ name: 'AbortError' });
    await expect(made.request({ path: '/after' })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
