import { CredentialPluginError } from '../error/api-error.ts';
import { textOf } from '../object.ts';
import type { Login } from './login.ts';

/**
 * The Authorization header for a kubeconfig's `auth-provider` (oidc with refresh; azure and gcp of old kubeconfigs).
 * client-node does it; it is loaded here and only here, because that costs more than everything else at start.
 * @throws CredentialPluginError
 */
export class AuthProvider {
  readonly #login: Login;
  #header: (() => Promise<string | undefined>) | undefined;

  constructor(login: Login) {
    this.#login = login;
  }

  async authorization(): Promise<string> {
    const provider = this.#login.authProvider ?? {};
    const name = textOf(provider['name']);
    let header: string | undefined;
    try {
      this.#header ??= await load(name, provider);
      header = await this.#header();
    } catch (cause) {
      throw new CredentialPluginError(
        `auth-provider ${name} of ${this.#login.source} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        'log in again with the tool that wrote this kubeconfig',
        { cause },
      );
    }
    if (header === undefined) {
      throw new CredentialPluginError(
        `auth-provider ${name} of ${this.#login.source} gave no token (expired, and nothing to renew it with)`,
        'log in again with the tool that wrote this kubeconfig',
      );
    }
    return header;
  }
}

async function load(name: string, provider: Record<string, unknown>): Promise<() => Promise<string | undefined>> {
  const { KubeConfig } = await import('./client-node.ts');
  const config = new KubeConfig();
  config.loadFromOptions({
    // The server plays no part in it, but client-node insists on one with TLS.
    clusters: [{ name: 'cluster', server: 'https://localhost', skipTLSVerify: false }],
    users: [{ name: 'user', authProvider: { name, config: provider['config'] } }],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  return async () => {
    const options: { headers?: Record<string, string> } = {};
    await config.applyToHTTPSOptions(options);
    return options.headers?.['Authorization'];
  };
}
