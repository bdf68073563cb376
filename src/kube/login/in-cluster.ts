import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Login } from './login.ts';

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The login of a pod: the service account's mounted token and CA (source: "Accessing the API from a Pod").
 * @param mount where the service account is mounted
 * @returns undefined when this is not a pod
 */
export async function inClusterLogin(env: NodeJS.ProcessEnv, mount: string = MOUNT): Promise<Login | undefined> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) return undefined;
  const tokenFile = join(mount, 'token');
  const token = await readFile(tokenFile, 'utf8').catch(() => undefined);
  if (token === undefined) return undefined;
  const namespace = await readFile(join(mount, 'namespace'), 'utf8').catch(() => 'default');
  return {
    source: 'in-cluster',
    context: 'in-cluster',
    cluster: undefined,
    userName: undefined,
    namespace: namespace.trim() || 'default',
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    ca: { file: join(mount, 'ca.crt') },
    insecure: false,
    tlsServerName: undefined,
    proxyUrl: undefined,
    clientCertificate: undefined,
    clientKey: undefined,
    token: undefined,
    tokenFile,
    basic: undefined,
    plugin: undefined,
    authProvider: undefined,
    as: undefined,
    pluginClusterConfig: undefined,
  };
}
