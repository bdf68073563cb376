import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { KubeconfigError } from '../error/api-error.ts';
import type { Credential } from '../login/credentials.ts';
import type { Login } from '../login/login.ts';
import { markUnsent } from './mark-unsent.ts';
import { proxyFor } from './proxy-environment.ts';

/**
 * `read`: HTTP/1.1, several connections, for requests with an end (measured: bulk lists are faster than over HTTP/2).
 * `stream`: HTTP/2, one connection for all watches; its pings notice a peer that is frozen or cut off without a word.
 * `foreign`: HTTP/1.1 without a limit of connections, for answers whose pace is somebody else's (proxied programs, followed
 * logs): a slow one must hold up neither the reads nor, through HTTP/2's shared window, the watches.
 */
export type Lane = 'read' | 'stream' | 'foreign';

export interface TransportOptions {
  socketPath: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Milliseconds between two HTTP/2 pings; a ping without an answer until the next one ends the connection. */
  pingMs: number;
  connectMs: number;
}

const READ_CONNECTIONS = 16;

/** The connections to one API server as one user. New client certificate, new connections. */
export class Transport {
  readonly #login: Login;
  readonly #options: TransportOptions;
  readonly #lanes = new Map<Lane, { dispatcher: Dispatcher; credential: Credential }>();
  readonly #retired = new Set<Promise<void>>();

  constructor(login: Login, options: TransportOptions) {
    this.#login = login;
    this.#options = options;
  }

  /** Scheme, host and port; the path that a server URL may have goes before every request's path. */
  get origin(): string {
    return new URL(this.#login.server).origin;
  }

  get prefix(): string {
    return new URL(this.#login.server).pathname.replace(/\/+$/, '');
  }

  lane(lane: Lane, credential: Credential): Dispatcher {
    const open = this.#lanes.get(lane);
    if (open !== undefined && sameConnection(open.credential, credential)) return open.dispatcher;
    if (open !== undefined) this.#retire(open.dispatcher);
    const dispatcher = this.#open(lane, credential).compose(markUnsent);
    this.#lanes.set(lane, { dispatcher, credential });
    return dispatcher;
  }

  async close(): Promise<void> {
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    await Promise.all([...lanes.map((lane) => lane.dispatcher.destroy()), ...this.#retired]);
  }

  /** What is under way on old connections may end by itself. */
  #retire(dispatcher: Dispatcher): void {
    const done = dispatcher.close().finally(() => this.#retired.delete(done));
    this.#retired.add(done);
  }

  #open(lane: Lane, credential: Credential): Dispatcher {
    const { server, insecure, tlsServerName } = this.#login;
    const stream = lane === 'stream';
    const tls = {
      ...(credential.ca === undefined || insecure ? {} : { ca: credential.ca }),
      ...(credential.certificate === undefined ? {} : { cert: credential.certificate }),
      ...(credential.key === undefined ? {} : { key: credential.key }),
      ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
      ...(insecure ? { rejectUnauthorized: false } : {}),
      ...(stream ? { preferH2: true } : {}),
    };
    const limits = {
      // undici 8 speaks HTTP/2 unless told otherwise: be explicit both ways.
      allowH2: stream,
      ...(stream ? { h2Options: { pingInterval: this.#options.pingMs } } : {}),
      ...(lane === 'read' ? { connections: READ_CONNECTIONS } : {}),
      // Every request has a deadline of its own, and a watch may be silent for long.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
    };
    const proxy =
      this.#options.socketPath === undefined
        ? (this.#login.proxyUrl ?? proxyFor(server, this.#options.env))
        : undefined;
    if (proxy !== undefined) {
      return new ProxyAgent({
        ...limits,
        uri: checkedProxy(proxy, this.#login),
        requestTls: tls,
        connectTimeout: this.#options.connectMs,
      });
    }
    return new Pool(this.origin, {
      ...limits,
      connect: {
        ...tls,
        timeout: this.#options.connectMs,
        keepAliveInitialDelay: 30_000,
        ...(this.#options.socketPath === undefined ? {} : { socketPath: this.#options.socketPath }),
      },
    });
  }
}

function sameConnection(a: Credential, b: Credential): boolean {
  return a === b || (a.ca === b.ca && a.certificate === b.certificate && a.key === b.key);
}

function checkedProxy(proxy: string, login: Login): string {
  const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : '';
  if (['http:', 'https:', 'socks5:'].includes(protocol)) return proxy;
  throw new KubeconfigError(
    `${login.source}: proxy-url ${JSON.stringify(proxy)} is not an http, https or socks5 URL`,
    'correct proxy-url (or the environment variable HTTPS_PROXY)',
  );
}
