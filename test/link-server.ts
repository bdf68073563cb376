import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { type AskOptions, askLinks } from '../src/submission/links/ask-links.ts';
import type { LinkAnswer } from '../src/submission/rule.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface SeenRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly at: number;
  readonly range: string | undefined;
}

/** Every name is this machine; nothing is ever asked of a real name server. */
export const lookup: LookupFunction = (name, _, callback) => {
  if (name.startsWith('nowhere')) callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
  else callback(null, [{ address: name.startsWith('inside') ? '10.0.0.1' : '127.0.0.1', family: 4 }]);
};

export const options: AskOptions = {
  userAgent: 'plimsoll-test',
  cacheFolder: undefined,
  spacingMs: 0,
  requestMs: 2_000,
  testing: { allowLoopback: true, lookup },
};

/** A web server on the loopback under any name; pages are set up by each test. */
export class LinkServer {
  readonly routes = new Map<string, Handler>();
  /** Every request that reached the server, and the most that were open at once. */
  seen: SeenRequest[] = [];
  most = 0;
  port = 0;
  #open = 0;
  readonly #server: Server = createServer((request, response) => this.#take(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** As if nothing had been asked and no page set up. */
  forget(): void {
    this.routes.clear();
    this.seen = [];
    this.most = 0;
  }

  at(path: string, host = 'docs.test'): string {
    return `http://${host}:${this.port}${path}`;
  }

  reply(path: string, status: number, headers: Record<string, string> = {}, body = ''): void {
    this.routes.set(path, (_, response) => response.writeHead(status, headers).end(body));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const host = request.headers.host?.split(':')[0] ?? '';
    const { range } = request.headers;
    this.seen.push({ method: request.method ?? '', host, path, at: performance.now(), range });
    this.#open += 1;
    this.most = Math.max(this.most, this.#open);
    response.on('close', () => {
      this.#open -= 1;
    });
    const handler = this.routes.get(path);
    if (handler) handler(request, response);
    else response.writeHead(404).end();
  }
}

export async function ask(url: string, change: Partial<AskOptions> = {}): Promise<LinkAnswer | undefined> {
  return (await askLinks([url], { ...options, ...change })).get(url);
}
