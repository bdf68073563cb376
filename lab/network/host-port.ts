import { createServer, type Server } from 'node:net';
import { PlimsollError } from '../../src/errors.ts';

/** A listening socket on the host's 127.0.0.1, to be handed to the relay. */
export interface HostPort {
  readonly port: number;
  readonly fd: number;
  /** Closes this process's copy; the relay's stays. */
  close(): void;
}

/**
 * Listens on 127.0.0.1:`port` (0: one that is free). Nobody can take the port between choosing and using it, because the
 * very socket goes to the relay.
 * @throws PlimsollError `port-in-use`
 */
export async function listenOnHost(port: number): Promise<HostPort> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PlimsollError(
              'port-in-use',
              `port ${port} of 127.0.0.1 is in use by another program`,
              'Choose another one with --port, or leave --port out and a free one is taken.',
            )
          : error,
      );
    });
    server.listen({ port, host: '127.0.0.1', backlog: 512 }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return { port: address.port, fd: descriptor(server), close: () => server.close() };
}

/** Node has no public way to a server's file descriptor; child_process takes the number in `stdio`. */
function descriptor(server: Server): number {
  const { _handle: handle } = server as unknown as { _handle?: { fd?: number } };
  if (handle?.fd === undefined || handle.fd < 0)
    throw new Error('this Node does not tell the file descriptor of a server');
  return handle.fd;
}
