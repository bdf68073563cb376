import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment asks for, by the rules that kubectl (Go's net/http) follows: HTTPS_PROXY for https,
 * HTTP_PROXY for http, lower case too; never for loopback; NO_PROXY holds `*`, host names (with their subdomains, or with a
 * leading dot only those), addresses and CIDR ranges, each with an optional port.
 */
export function proxyFor(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const url = new URL(server);
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const proxy = names.map((name) => env[name]).find(Boolean);
  if (proxy === undefined) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const exempt = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  if (exempt.some((entry) => entry !== '' && covers(entry, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const range = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry);
  if (range !== null) return inRange(host, range[1] ?? '', Number(range[2]));
  const [, name = entry, entryPort] =
    /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host;
  const bare = name.replace(/^\*/, '');
  return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
}

function inRange(host: string, network: string, bits: number): boolean {
  const family = isIP(host);
  if (family === 0 || family !== isIP(network)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}
