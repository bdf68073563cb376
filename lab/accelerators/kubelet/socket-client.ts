import { Client, type ClientReadableStream, credentials, Metadata, type ServiceDefinition } from '@grpc/grpc-js';

/** A client of one gRPC service on a unix socket. */
export class SocketClient {
  readonly #client: Client;
  readonly #definition: ServiceDefinition;
  readonly #path: string;

  constructor(path: string, definition: ServiceDefinition) {
    this.#client = new Client(`unix://${path}`, credentials.createInsecure());
    this.#definition = definition;
    this.#path = path;
  }

  /** One request, one answer. Rejects with a gRPC `ServiceError` that names the socket. */
  call<Response>(method: string, request: object, timeoutMs = 10_000): Promise<Response> {
    const { path, requestSerialize, responseDeserialize } = this.#method(method);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        new Metadata(),
        { deadline: Date.now() + timeoutMs },
        (error, response) => {
          if (error) {
            error.message = `${method} on ${this.#path}: ${error.message}`;
            reject(error);
          } else resolve(response as Response);
        },
      );
    });
  }

  /** A stream of answers to one request; it has no deadline. */
  stream<Response>(method: string, request: object): ClientReadableStream<Response> {
    const { path, requestSerialize, responseDeserialize } = this.#method(method);
    return this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, new Metadata());
  }

  close(): void {
    this.#client.close();
  }

  #method(name: string): ServiceDefinition[string] {
    const method = this.#definition[name];
    if (!method) throw new Error(`no method ${name} in ${Object.keys(this.#definition).join(', ')}`);
    return method;
  }
}
