import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type Authority, type Credential, createAuthority, createLeaf } from '../lab/pki/certificates.ts';
import type { Cluster } from '../src/kube/cluster.ts';
import { connect } from '../src/kube/connect.ts';
import type { ConnectOptions } from '../src/kube/connect-options.ts';
import { type Lane, Transport } from '../src/kube/http/transport.ts';
import { readKubeconfig } from '../src/kube/login/kubeconfig.ts';
import { loginOf } from '../src/kube/login/login.ts';

/** What a server of the rig saw of a request, its answer's body. */
export interface Saw {
  protocol: string;
  method: string;
  path: string;
  servername: string | false | null | undefined;
  client: string | undefined;
  authorization: string | undefined;
}

/** Plain servers that say what they saw (protocol, name asked for, client, path), and kubeconfigs that lead to them. */
export class TlsRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-connect-'));
  readonly authority: Authority;
  /** An authority that signed nothing here. */
  readonly stranger: Authority;
  readonly client: Credential;
  readonly #server: Credential;
  readonly #closers: (() => unknown)[] = [];

  private constructor(authority: Authority, stranger: Authority, server: Credential, client: Credential) {
    this.authority = authority;
    this.stranger = stranger;
    this.#server = server;
    this.client = client;
  }

  static async make(): Promise<TlsRig> {
    const [authority, stranger] = await Promise.all([createAuthority('good'), createAuthority('stranger')]);
    const names = { usages: ['server'], dnsNames: ['inner.example'], addresses: ['127.0.0.1'] } as const;
    const server = await createLeaf(authority, { commonName: 'server', ...names });
    const client = await createLeaf(authority, { commonName: 'me', usages: ['client'] });
    return new TlsRig(authority, stranger, server, client);
  }

  /** The kubeconfig's way to trust the rig's servers. */
  get trust(): { 'certificate-authority-data': string } {
    return { 'certificate-authority-data': Buffer.from(this.authority.certificatePem).toString('base64') };
  }

  /** @param at a unix socket; else a free port of the loopback. @returns the port */
  async listen(server: Server, at?: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (at === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(at, resolve);
    await promise;
    this.closing(() => server.close());
    return at === undefined ? (server.address() as AddressInfo).port : 0;
  }

  /** A server that speaks TLS, HTTP/1.1 and HTTP/2 and asks for a client certificate without insisting. @returns its port */
  async secureServer(at?: string, onRequest: (saw: Saw) => void = () => {}): Promise<number> {
    const server = createSecureServer(
      {
        key: this.#server.keyPem,
        cert: this.#server.certificatePem,
        ca: this.authority.certificatePem,
        requestCert: true,
        rejectUnauthorized: false,
        allowHTTP1: true,
      },
      // http2's compatibility layer has the same face as http.
      (request, response) =>
        onRequest(answerWhatWasSeen(request as unknown as IncomingMessage, response as unknown as ServerResponse)),
    );
    return await this.listen(server, at);
  }

  /** Connects by a kubeconfig with one cluster and one user. */
  async cluster(entry: object, user: object = {}, options: ConnectOptions = {}): Promise<Cluster> {
    const kubeconfig = join(this.folder, `config-${Math.random()}`);
    const config = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: entry }],
      users: [{ name: 'u', user }],
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
    const made = await connect({ kubeconfig, env: {}, interactive: false, ...options });
    this.closing(() => made.close());
    return made;
  }

  /** Connections as the client makes them, without the client. */
  async transport(entry: object): Promise<Transport> {
    const kubeconfig = join(this.folder, 'lanes');
    const config = { contexts: [{ name: 'c', context: { cluster: 'k' } }], clusters: [{ name: 'k', cluster: entry }] };
    writeFileSync(kubeconfig, JSON.stringify(config));
    const read = await readKubeconfig(kubeconfig, {});
    if (read === undefined) throw new Error('nothing was read');
    const options = { socketPath: undefined, env: {}, pingMs: 2_000, connectMs: 5_000 };
    const transport = new Transport(loginOf(read, 'c'), options);
    this.closing(() => transport.close());
    return transport;
  }

  /** The HTTP version of each lane. */
  async protocols(entry: object): Promise<Record<Lane, string>> {
    const transport = await this.transport(entry);
    const ca = this.authority.certificatePem;
    const credential = { authorization: undefined, ca, certificate: undefined, key: undefined };
    const seen: Partial<Record<Lane, string>> = {};
    for (const lane of ['read', 'foreign', 'stream'] as const) {
      const request = { origin: transport.origin, path: '/', method: 'GET' } as const;
      const answer = await transport.lane(lane, credential).request(request);
      seen[lane] = ((await answer.body.json()) as Saw).protocol;
    }
    return seen as Record<Lane, string>;
  }

  /** Called when the test is over. */
  closing(close: () => unknown): void {
    this.#closers.push(close);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
    rmSync(this.folder, { recursive: true });
  }
}

/** What a server saw, as the answer to one request. */
export async function saw(made: Cluster, path = '/x'): Promise<Saw> {
  return (await made.request({ path, timeoutMs: 5_000 })).body as Saw;
}

export function answerWhatWasSeen(request: IncomingMessage, response: ServerResponse): Saw {
  const socket = request.socket as TLSSocket;
  const peer = socket.encrypted ? socket.getPeerCertificate() : undefined;
  const seen: Saw = {
    protocol: request.httpVersion,
    method: request.method ?? '',
    path: request.url ?? '',
    servername: socket.servername,
    client: peer?.subject?.CN?.toString(),
    authorization: request.headers.authorization,
  };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(seen));
  return seen;
}
