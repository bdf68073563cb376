import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { KubeconfigError } from '../error/api-error.ts';
import { AuthProvider } from './auth-provider.ts';
import { type PluginCredential, runCredentialPlugin } from './credential-plugin.ts';
import type { Login, Material } from './login.ts';

/** What a request and its connection need at this moment. PEM as text. */
export interface Credential {
  authorization: string | undefined;
  ca: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
}

export interface CredentialOptions {
  env: NodeJS.ProcessEnv;
  now: () => number;
  interactive: boolean;
  onMessage: (text: string) => void;
  pluginTimeoutMs: number;
}

/** Files are read again after this long, as client-go does: mounted tokens and certificates rotate. */
const FILES_FRESH_MS = 60_000;
/** A plugin's credential is renewed this long before it expires, so that no request meets the edge. */
const LEEWAY_MS = 10_000;

/** The credential of a login, kept fresh: files that rotate, plugins whose tokens expire. */
export class Credentials {
  readonly #login: Login;
  readonly #options: CredentialOptions;
  readonly #authProvider: AuthProvider;
  #current: Credential | undefined;
  #readAt = 0;
  #plugin: PluginCredential | undefined;
  #loading: Promise<Credential> | undefined;

  constructor(login: Login, options: CredentialOptions) {
    this.#login = login;
    this.#options = options;
    this.#authProvider = new AuthProvider(login);
  }

  /** @throws KubeconfigError, CredentialPluginError */
  current(): Promise<Credential> {
    if (this.#current !== undefined && !this.#stale()) return Promise.resolve(this.#current);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * After a 401: reads and asks everything anew.
   * @param refused the credential that the API server did not take
   * @returns whether there is another one to try
   */
  async renew(refused: Credential): Promise<boolean> {
    if (this.#current === refused) {
      this.#plugin = undefined;
      this.#current = undefined;
    }
    const fresh = await this.current();
    return fresh.authorization !== refused.authorization || fresh.certificate !== refused.certificate;
  }

  /** What we showed the API server, for the message of a 401. */
  describe(credential: Credential): string {
    const parts: string[] = [];
    if (credential.certificate !== undefined)
      parts.push(describeCertificate(credential.certificate, this.#options.now()));
    if (credential.authorization?.startsWith('Bearer ')) {
      parts.push(describeToken(credential.authorization.slice('Bearer '.length), this.#options.now()));
    } else if (credential.authorization !== undefined) parts.push('a user name and password');
    return parts.length === 0 ? 'no credential at all' : parts.join(' and ');
  }

  #stale(): boolean {
    const { clientCertificate, tokenFile, authProvider } = this.#login;
    // client-node keeps an auth-provider's token and knows when it ends: ask each time.
    if (authProvider !== undefined || this.#pluginExpired()) return true;
    const rotates = tokenFile !== undefined || clientCertificate?.file !== undefined;
    return rotates && this.#options.now() - this.#readAt > FILES_FRESH_MS;
  }

  #pluginExpired(): boolean {
    const expires = this.#plugin?.expires?.getTime();
    return expires !== undefined && expires - LEEWAY_MS < this.#options.now();
  }

  async #load(): Promise<Credential> {
    const login = this.#login;
    const [ca, certificate, key] = await Promise.all([
      this.#pem(login.ca, 'certificate-authority'),
      this.#pem(login.clientCertificate, 'client-certificate'),
      this.#pem(login.clientKey, 'client-key'),
    ]);
    const credential: Credential = { authorization: undefined, ca, certificate, key };
    if (login.tokenFile !== undefined) {
      const token = (await this.#read(login.tokenFile, 'tokenFile')).trim();
      if (token === '') {
        throw new KubeconfigError(`tokenFile ${login.tokenFile} of ${login.source} is empty`, 'put a token into it');
      }
      credential.authorization = `Bearer ${token}`;
    } else if (login.token !== undefined) {
      credential.authorization = `Bearer ${login.token.trim()}`;
    } else if (login.plugin !== undefined) {
      if (this.#pluginExpired()) this.#plugin = undefined;
      this.#plugin ??= await runCredentialPlugin(login, ca, {
        timeoutMs: this.#options.pluginTimeoutMs,
        interactive: this.#options.interactive,
        onMessage: this.#options.onMessage,
        env: this.#options.env,
      });
      if (this.#plugin.token !== undefined) credential.authorization = `Bearer ${this.#plugin.token}`;
      credential.certificate = this.#plugin.certificate ?? credential.certificate;
      credential.key = this.#plugin.key ?? credential.key;
    } else if (login.authProvider !== undefined) {
      credential.authorization = await this.#authProvider.authorization();
    } else if (login.basic !== undefined) {
      const { username, password } = login.basic;
      credential.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    if ((credential.certificate === undefined) !== (credential.key === undefined)) {
      throw new KubeconfigError(
        `${login.source}: a client certificate without its key, or the other way round`,
        'give client-certificate and client-key (or both as -data)',
      );
    }
    this.#readAt = this.#options.now();
    const same = this.#current;
    // Keep the old object when nothing changed: `renew` compares, and open connections stay good.
    const changed = same === undefined || JSON.stringify(same) !== JSON.stringify(credential);
    this.#current = changed ? credential : same;
    return this.#current;
  }

  async #pem(material: Material | undefined, field: string): Promise<string | undefined> {
    if (material === undefined) return undefined;
    if (material.file !== undefined) return this.#read(material.file, field);
    const text = Buffer.from(material.data, 'base64').toString('utf8');
    if (!text.includes('-----BEGIN ')) {
      throw new KubeconfigError(
        `${this.#login.source}: ${field}-data is not base64 of a PEM block`,
        `write it anew, or name a file with ${field}`,
      );
    }
    return text;
  }

  async #read(file: string, field: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new KubeconfigError(
        `${this.#login.source}: ${field} ${file} cannot be read (${code})`,
        'correct the path or the permissions of the file',
        { cause },
      );
    }
  }
}

function describeCertificate(pem: string, now: number): string {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return 'a client certificate that cannot be parsed';
  }
  const subject = certificate.subject.replaceAll('\n', ', ');
  const until = certificate.validToDate;
  const state = until.getTime() < now ? `EXPIRED ${until.toISOString()}` : `valid until ${until.toISOString()}`;
  return `the client certificate ${subject} (${state})`;
}

/** Says when a JWT ends; nothing of an opaque token is shown. */
function describeToken(token: string, now: number): string {
  const payload = token.split('.')[1];
  if (payload === undefined) return 'a bearer token';
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { sub?: unknown; exp?: unknown };
    const who = typeof claims.sub === 'string' ? ` of ${claims.sub}` : '';
    if (typeof claims.exp !== 'number') return `a bearer token${who}`;
    const until = new Date(claims.exp * 1000);
    return `a bearer token${who} (${until.getTime() < now ? 'EXPIRED' : 'valid until'} ${until.toISOString()})`;
  } catch {
    return 'a bearer token';
  }
}
