import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';

export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly methods: UntypedServiceImplementation;
}

export interface SocketServer {
  /** Ends it at once, open streams included, and removes the socket. Nothing of it can disturb a later server. */
  close(): void;
}

/**
 * Serves gRPC on a unix socket, readable by root alone. A socket that a killed process left at the path is replaced.
 * Closing is `forceShutdown`: the kubelet keeps a stream open for life, so waiting for it to end would wait for ever.
 */
export async function serveOnSocket(path: string, services: readonly ServedService[]): Promise<SocketServer> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  rmSync(path, { force: true });
  const server = new Server();
  for (const { definition, methods } of services) server.addService(definition, methods);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix://${path}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return { close: () => server.forceShutdown() };
}
