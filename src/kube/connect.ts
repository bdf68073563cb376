import type { Cluster } from './cluster.ts';
import type { ConnectOptions } from './connect-options.ts';
import { Connection } from './connection.ts';
import { NoKubeconfigError } from './error/api-error.ts';
import { Sender } from './http/sender.ts';
import { Tally } from './http/tally.ts';
import { Transport } from './http/transport.ts';
import { LiveCluster } from './live-cluster.ts';
import { Credentials } from './login/credentials.ts';
import { inClusterLogin } from './login/in-cluster.ts';
import { readKubeconfig } from './login/kubeconfig.ts';
import { type Login, loginOf } from './login/login.ts';

const DEFAULTS = { timeoutMs: 30_000, outageMs: 20_000, pingMs: 2_000, connectMs: 10_000 };
/** A person may have to log in in a browser; without a terminal a plugin only fetches something. */
const PLUGIN_MS = { interactive: 300_000, alone: 60_000 };

/**
 * Reads the kubeconfig and prepares the connection; sends nothing yet (`await cluster.version()` is a good first request).
 * @throws KubeconfigError, NoKubeconfigError
 * @example const cluster = await connect({ context: 'staging' });
 */
export async function connect(options: ConnectOptions = {}): Promise<Cluster> {
  const env = options.env ?? process.env;
  const login = await findLogin(options, env);
  const interactive = options.interactive ?? (process.stdin.isTTY === true && process.stderr.isTTY === true);
  const credentials = new Credentials(login, {
    env,
    now: Date.now,
    interactive,
    onMessage: options.onPluginMessage ?? ((text) => void (interactive && process.stderr.write(text))),
    pluginTimeoutMs: interactive ? PLUGIN_MS.interactive : PLUGIN_MS.alone,
  });
  const transport = new Transport(login, {
    socketPath: options.socketPath,
    env,
    pingMs: DEFAULTS.pingMs,
    connectMs: DEFAULTS.connectMs,
  });
  const closed = new AbortController();
  const tally = new Tally();
  const sender = new Sender({
    server: options.socketPath === undefined ? login.server : `${login.server} by way of ${options.socketPath}`,
    transport,
    credentials,
    tally,
    outageMs: options.outageMs ?? DEFAULTS.outageMs,
    closed: closed.signal,
  });
  return new LiveCluster(new Connection({ login, tally, sender, transport, closed }), {
    observers: options.onRequest === undefined ? [] : [options.onRequest],
    signals: options.signal === undefined ? [] : [options.signal],
    timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
    as: options.as ?? login.as,
  });
}

async function findLogin(options: ConnectOptions, env: NodeJS.ProcessEnv): Promise<Login> {
  const config = await readKubeconfig(options.kubeconfig, env);
  if (config !== undefined) return loginOf(config, options.context);
  const pod = await inClusterLogin(env);
  if (pod !== undefined) return pod;
  throw new NoKubeconfigError(
    'no kubeconfig: none was named, KUBECONFIG is not set, there is no ~/.kube/config, and this is not a pod',
    'pass --kubeconfig FILE, or set KUBECONFIG',
  );
}
