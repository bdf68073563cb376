import { connect, createServer, type Socket } from 'node:net';
import { argv } from 'node:process';

/**
 * Runs inside the control plane's network namespace with listening sockets that belong to the host's (a socket stays in
 * the namespace it was made in). `node relay.ts 198.18.0.10:6443 198.18.0.10:5000`: connections to the socket with file
 * descriptor 4 go to the first address, those to 5 to the second. So the host reaches the lab without a network link,
 * and the lab cannot reach the host.
 */
argv.slice(2).forEach((target, position) => {
  const colon = target.lastIndexOf(':');
  const host = target.slice(0, colon);
  const port = Number(target.slice(colon + 1));
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => relay(client, host, port));
  server.on('error', (error) => {
    console.error(`plimsoll relay: ${error.message}`);
    process.exit(1);
  });
  server.listen({ fd: 4 + position }, () =>
    console.error(`plimsoll relay: file descriptor ${4 + position} -> ${target}`),
  );
});

function relay(client: Socket, host: string, port: number): void {
  const server = connect({ host, port, noDelay: true, allowHalfOpen: true });
  // Either side breaking off breaks the other off; the program at the end sees what it would have seen directly.
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
  client.pipe(server);
  server.pipe(client);
}
