import { createServer as createPlainServer } from 'node:http';
import { connect as connectSocket, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerWhatWasSeen, saw, TlsRig } from '../../../test/tls-rig.ts';

let rig: TlsRig;

beforeEach(async () => {
  rig = await TlsRig.make();
});

afterEach(async () => await rig[Symbol.asyncDispose]());

describe('ways to the server', () => {
  it('keeps the path of a server behind a gateway, and speaks plain http', async () => {
    const port = await rig.listen(createPlainServer(answerWhatWasSeen));
    const made = await rig.cluster({ server: `http://127.0.0.1:${port}/k8s/clusters/c-1/` }, { token: 't' });
    expect(await saw(made, '/version?a=b')).toMatchObject({
      path: '/k8s/clusters/c-1/version?a=b',
      authorization: 'Bearer t',
    });
  });

  it('dials a unix socket, names and trust unchanged', async () => {
    const socketPath = join(rig.folder, 'api.sock');
    await rig.secureServer(socketPath);
    const made = await rig.cluster({ server: 'https://inner.example:6443', ...rig.trust }, {}, { socketPath });
    expect(await saw(made)).toMatchObject({ servername: 'inner.example' });
    const gone = await rig.cluster(
      { server: 'https://inner.example:6443', ...rig.trust },
      {},
      { socketPath: '/no/socket' },
    );
    await expect(saw(gone)).rejects.toThrow(/by way of \/no\/socket: the socket is not there/);
  });

  it('goes through a proxy: proxy-url, or HTTPS_PROXY; watches with HTTP/2', async () => {
    const port = await rig.secureServer();
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
      rig.closing(() => socket.destroy());
    });
    const proxyUrl = `http://127.0.0.1:${await rig.listen(proxy)}`;
    const server = 'https://inner.example:6443';
    const made = await rig.cluster({ server, 'proxy-url': proxyUrl, ...rig.trust });
    expect((await saw(made)).servername).toBe('inner.example');
    const fromEnv = await rig.cluster({ server, ...rig.trust }, {}, { env: { HTTPS_PROXY: proxyUrl } });
    await saw(fromEnv);
    expect(tunnels).toEqual(['inner.example:6443', 'inner.example:6443']);
    expect(await rig.protocols({ server, 'proxy-url': proxyUrl, ...rig.trust })).toEqual({
      read: '1.1',
      foreign: '1.1',
      stream: '2.0',
    });
  });

  it('says when the proxy refuses', async () => {
    const proxy = createPlainServer();
    proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const proxyUrl = `http://127.0.0.1:${await rig.listen(proxy)}`;
    const made = await rig.cluster({ server: 'https://inner.example:6443', 'proxy-url': proxyUrl, ...rig.trust });
    await expect(saw(made)).rejects.toThrow('the proxy on the way answered 407');
    const odd = await rig.cluster({ server: 'https://inner.example:6443', 'proxy-url': 'ftp://x', ...rig.trust });
    await expect(saw(odd)).rejects.toThrow('is not an http, https or socks5 URL');
  });

  it('goes through a SOCKS proxy', async () => {
    const port = await rig.secureServer();
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
          rig.closing(() => client.destroy());
        });
      });
    });
    const proxyUrl = `socks5://127.0.0.1:${await rig.listen(socks)}`;
    const made = await rig.cluster({ server: 'https://inner.example:6443', 'proxy-url': proxyUrl, ...rig.trust });
    expect((await saw(made)).servername).toBe('inner.example');
    expect(asked).toEqual(['inner.example']);
  });
});
