import { mkdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { SocketClient } from '../kubelet/socket-client.ts';
import type { SocketServer } from '../kubelet/socket-server.ts';
import { log } from '../log.ts';
import { PLUGIN_OPTIONS } from './device-plugin.ts';

/** Where the kubelet looks for device plugins, and listens for their registration. */
export const DEVICE_PLUGIN_FOLDER = '/var/lib/kubelet/device-plugins';
const KUBELET_SOCKET = 'kubelet.sock';
const OWN_SOCKET = 'plimsoll-accelerator.sock';

export interface RegistrationOptions {
  readonly folder: string;
  readonly resourceName: string;
  /** v1beta1.Registration */
  readonly definition: ServiceDefinition;
  /** Starts the plugin's server on a socket. */
  readonly serve: (socket: string) => Promise<SocketServer>;
}

/**
 * Keeps a device plugin registered for as long as it lives. A kubelet that starts removes every socket in the folder and
 * makes its own anew: seen through inotify, upon which the plugin serves on a fresh socket and registers again.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #watcher: ReturnType<typeof watch>;
  #server: SocketServer | undefined;
  #registeredWith: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #busy: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o750 });
    this.#watcher = watch(options.folder, () => this.check());
    this.check();
  }

  /** Brings the registration up to date; called on every change in the folder. */
  check(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = this.#update().finally(() => {
      this.#busy = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.check();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#watcher.close();
    this.#server?.close();
  }

  async #update(): Promise<void> {
    const { folder, serve } = this.#options;
    const kubelet = identity(join(folder, KUBELET_SOCKET));
    const lost = this.#server !== undefined && identity(join(folder, OWN_SOCKET)) === undefined;
    if (kubelet === undefined) {
      this.#registeredWith = undefined;
      return;
    }
    if (kubelet === this.#registeredWith && !lost) return;
    try {
      if (this.#server === undefined || lost) {
        this.#server?.close();
        this.#server = await serve(join(folder, OWN_SOCKET));
        if (this.#closed) return this.#server.close();
      }
      await this.#register();
      this.#registeredWith = kubelet;
      log(`registered ${this.#options.resourceName} with the kubelet`);
    } catch (error) {
      // The socket is made before the kubelet answers on it.
      log(`registration failed, tried again in 0.3 s: ${error instanceof Error ? error.message : String(error)}`);
      this.#registeredWith = undefined;
      this.#retry = setTimeout(() => this.check(), 300);
    }
  }

  async #register(): Promise<void> {
    const client = new SocketClient(join(this.#options.folder, KUBELET_SOCKET), this.#options.definition);
    try {
      await client.call('Register', {
        version: 'v1beta1',
        endpoint: OWN_SOCKET,
        resource_name: this.#options.resourceName,
        options: PLUGIN_OPTIONS,
      });
    } finally {
      client.close();
    }
  }
}

/** Tells one socket from another one made later at the same path. */
function identity(path: string): string | undefined {
  const entry = statSync(path, { bigint: true, throwIfNoEntry: false });
  return entry && `${entry.ino}:${entry.ctimeNs}`;
}
