import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How a relay or load balancer with nobody behind it treats who comes: `reset` at once, `reset-hello` after the first bytes of
 * the TLS handshake, `end-hello` the same with a polite end.
 */
export type Breaking = 'reset' | 'reset-hello' | 'end-hello';

/** A real TCP relay to a port of the loopback that can be told to break off what comes, and what is there. */
export class BreakingRelay {
  readonly server: Server;
  /** Connections that were broken off before they reached anybody. */
  broken = 0;
  readonly #open = new Set<Socket>();
  #breaking: Breaking | undefined;

  constructor(port: number) {
    this.server = createServer((client) => this.#take(client, port));
  }

  /** Breaks off all that is open, and from now on whoever comes; undefined: relays again. */
  break(how: Breaking | undefined): void {
    this.#breaking = how;
    if (how !== undefined) for (const socket of this.#open) socket.resetAndDestroy();
  }

  #take(client: Socket, port: number): void {
    client.on('error', () => {});
    if (this.#breaking !== undefined) {
      this.#refuse(client, this.#breaking);
      return;
    }
    this.#open.add(client);
    client.on('close', () => this.#open.delete(client));
    const server = connect(port, '127.0.0.1');
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.pipe(server).pipe(client);
  }

  #refuse(client: Socket, how: Breaking): void {
    this.broken += 1;
    if (how === 'reset') client.resetAndDestroy();
    else client.once('data', () => (how === 'reset-hello' ? client.resetAndDestroy() : client.destroy()));
  }
}
