import { KubeconfigError } from '../error/api-error.ts';
import type { Impersonation } from '../http/impersonation.ts';
import { isObject, objectsOf, textOf } from '../object.ts';
import type { Kubeconfig } from './kubeconfig.ts';

/** Bytes that lie in the kubeconfig (base64) or in a file beside it. */
export type Material = { data: string; file?: undefined } | { file: string; data?: undefined };

/** A credential plugin, as `users[].user.exec` of a kubeconfig describes it. */
export interface PluginSpec {
  apiVersion: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  installHint: string | undefined;
  interactiveMode: string | undefined;
  provideClusterInfo: boolean;
}

/** Everything that is needed to speak to one API server as one user. */
export interface Login {
  /** For messages: `context NAME of FILE` or `in-cluster`. */
  source: string;
  context: string | undefined;
  cluster: string | undefined;
  userName: string | undefined;
  namespace: string;
  server: string;
  ca: Material | undefined;
  insecure: boolean;
  tlsServerName: string | undefined;
  proxyUrl: string | undefined;
  clientCertificate: Material | undefined;
  clientKey: Material | undefined;
  token: string | undefined;
  /** Read again every minute: mounted tokens rotate. Wins over `token`, as in client-go. */
  tokenFile: string | undefined;
  basic: { username: string; password: string } | undefined;
  plugin: PluginSpec | undefined;
  /** `auth-provider` as it stands (oidc, azure, gcp): client-node's business. */
  authProvider: Record<string, unknown> | undefined;
  as: Impersonation | undefined;
  /** Cluster-specific settings for plugins: the extension `client.authentication.k8s.io/exec`. */
  pluginClusterConfig: unknown;
}

/** The login of a context (default: the current one). @throws KubeconfigError that names what points nowhere */
export function loginOf(config: Kubeconfig, contextName: string | undefined): Login {
  const files = config.files.join(', ');
  const name = contextName ?? config.currentContext;
  const choices = [...config.contexts.keys()];
  if (name === undefined) {
    throw new KubeconfigError(
      `kubeconfig ${files} has no current-context`,
      choices.length === 0
        ? 'pass a kubeconfig with a context'
        : `pass --context with one of: ${choices.join(', ')}; or run: kubectl config use-context NAME`,
    );
  }
  const context = config.contexts.get(name);
  if (context === undefined) {
    throw new KubeconfigError(
      `kubeconfig ${files} has no context ${JSON.stringify(name)}`,
      choices.length === 0 ? 'it has no contexts at all' : `it has: ${choices.join(', ')}`,
    );
  }
  const read = new Reader(`kubeconfig ${files}`);
  const clusterName = read.text(context, 'cluster', `context ${name}`);
  const userName = read.text(context, 'user', `context ${name}`);
  const cluster = clusterName === undefined ? undefined : config.clusters.get(clusterName);
  if (clusterName === undefined || cluster === undefined) {
    throw read.broken(`context ${name} points to the cluster ${JSON.stringify(clusterName ?? '')}, which is not there`);
  }
  const user = userName === undefined ? {} : config.users.get(userName);
  if (user === undefined) {
    throw read.broken(`context ${name} points to the user ${JSON.stringify(userName)}, which is not there`);
  }
  const server = read.text(cluster, 'server', `cluster ${clusterName}`);
  if (server === undefined) throw read.broken(`cluster ${clusterName} has no server`);
  if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw read.broken(`cluster ${clusterName}: server ${JSON.stringify(server)} is not an http(s) URL`);
  }
  const at = `user ${userName ?? ''}`;
  const username = read.text(user, 'username', at);
  return {
    source: `context ${name} of ${files}`,
    context: name,
    cluster: clusterName,
    userName,
    namespace: read.text(context, 'namespace', `context ${name}`) ?? 'default',
    server: server.replace(/\/+$/, ''),
    ca: read.material(cluster, 'certificate-authority', `cluster ${clusterName}`),
    insecure: read.flag(cluster, 'insecure-skip-tls-verify', `cluster ${clusterName}`),
    tlsServerName: read.text(cluster, 'tls-server-name', `cluster ${clusterName}`),
    proxyUrl: read.text(cluster, 'proxy-url', `cluster ${clusterName}`),
    clientCertificate: read.material(user, 'client-certificate', at),
    clientKey: read.material(user, 'client-key', at),
    token: read.text(user, 'token', at),
    tokenFile: read.text(user, 'tokenFile', at),
    basic: username === undefined ? undefined : { username, password: read.text(user, 'password', at) ?? '' },
    plugin: read.plugin(user, at),
    authProvider: isObject(user['auth-provider']) ? user['auth-provider'] : undefined,
    as: read.impersonation(user, at),
    pluginClusterConfig: pluginClusterConfig(cluster),
  };
}

function pluginClusterConfig(cluster: Record<string, unknown>): unknown {
  const ours = objectsOf(cluster['extensions']).find((item) => item['name'] === 'client.authentication.k8s.io/exec');
  return ours?.['extension'];
}

/** Reads fields of a kubeconfig's entries and complains by name. */
class Reader {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  broken(what: string): KubeconfigError {
    return new KubeconfigError(`${this.#file}: ${what}`, 'correct the file, or choose another context with --context');
  }

  text(entry: Record<string, unknown>, field: string, at: string): string | undefined {
    const value = entry[field];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw this.broken(`${at}: ${field} is not text (put it into quotes)`);
    return value;
  }

  texts(entry: Record<string, unknown>, field: string, at: string): string[] {
    const value = entry[field];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw this.broken(`${at}: ${field} is not a list of texts`);
    }
    return value;
  }

  flag(entry: Record<string, unknown>, field: string, at: string): boolean {
    const value = entry[field];
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') throw this.broken(`${at}: ${field} is neither true nor false`);
    return value;
  }

  /** `X-data` wins over `X`, as in client-go. */
  material(entry: Record<string, unknown>, field: string, at: string): Material | undefined {
    const data = this.text(entry, `${field}-data`, at);
    if (data !== undefined) return { data };
    const file = this.text(entry, field, at);
    return file === undefined ? undefined : { file };
  }

  plugin(user: Record<string, unknown>, at: string): PluginSpec | undefined {
    const exec = user['exec'];
    if (!isObject(exec)) return undefined;
    const command = this.text(exec, 'command', `${at}: exec`);
    const apiVersion = this.text(exec, 'apiVersion', `${at}: exec`);
    if (command === undefined || apiVersion === undefined)
      throw this.broken(`${at}: exec needs apiVersion and command`);
    return {
      apiVersion,
      command,
      args: this.texts(exec, 'args', `${at}: exec`),
      env: Object.fromEntries(objectsOf(exec['env']).map((item) => [textOf(item['name']), textOf(item['value'])])),
      installHint: this.text(exec, 'installHint', `${at}: exec`),
      interactiveMode: this.text(exec, 'interactiveMode', `${at}: exec`),
      provideClusterInfo: this.flag(exec, 'provideClusterInfo', `${at}: exec`),
    };
  }

  impersonation(user: Record<string, unknown>, at: string): Impersonation | undefined {
    const name = this.text(user, 'as', at);
    const uid = this.text(user, 'as-uid', at);
    const groups = this.texts(user, 'as-groups', at);
    const extra = isObject(user['as-user-extra']) ? user['as-user-extra'] : {};
    if (name === undefined) {
      if (uid === undefined && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
      throw this.broken(`${at}: as-uid, as-groups and as-user-extra need \`as\``);
    }
    return {
      user: name,
      ...(uid === undefined ? {} : { uid }),
      groups,
      extra: Object.fromEntries(Object.keys(extra).map((key) => [key, this.texts(extra, key, `${at}: as-user-extra`)])),
    };
  }
}
