import { type ApiError, TlsError, UnreachableError } from './api-error.ts';
import { UnsentError } from './unsent-error.ts';

export interface Broken {
  method: string;
  path: string;
  /** For messages: the server's URL, and the socket or proxy on the way to it. */
  server: string;
  cause: unknown;
}

const WORDS: Record<string, [says: string, remedy: string]> = {
  ECONNREFUSED: [
    'nobody listens there (connection refused)',
    'check that the API server runs and that the address is right',
  ],
  ENOENT: ['the socket is not there', 'check that the cluster runs'],
  ENOTFOUND: ['its host name has no address', 'check the server name in the kubeconfig, DNS and VPN'],
  EAI_AGAIN: ['its host name cannot be looked up now', 'check DNS and the network'],
  EHOSTUNREACH: ['there is no route to it', 'check network, VPN and firewall'],
  ENETUNREACH: ['there is no route to it', 'check network, VPN and firewall'],
  ETIMEDOUT: ['it does not answer', 'check network, VPN and firewall'],
  UND_ERR_CONNECT_TIMEOUT: ['it does not answer', 'check network, VPN and firewall'],
  UND_ERR_PRX_CONN: ['the proxy on the way refuses', 'check proxy-url, HTTPS_PROXY and NO_PROXY'],
};

/** A balancer or relay with nobody behind it. */
const DROPPED: [string, string] = [
  'the connection was taken and dropped before TLS was up',
  'check that the API server runs behind the load balancer, relay or proxy that listens there',
];

const broke = (how: string): [string, string] => [
  `the connection broke (${how})`,
  'check that the API server is still running, and the network',
];

/** What Node and OpenSSL call TLS trouble. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|ERR_OSSL_)|^EPROTO$/;

/** The typed error for a request that got no whole answer. */
export function transportError(broken: Broken): ApiError {
  const code = codeOf(broken.cause);
  const at = { method: broken.method, path: broken.path, cause: broken.cause };
  const own = broken.cause instanceof Error ? broken.cause.message : String(broken.cause);
  if (TLS_CODE.test(code)) return tlsError(code, own, broken, at);
  const unsent = broken.cause instanceof UnsentError;
  const proxy = /Proxy response \((\d+)\)/.exec(own);
  if (proxy !== null) {
    return new UnreachableError(
      `cannot reach ${broken.server}: the proxy on the way answered ${proxy[1]}`,
      'check proxy-url, HTTPS_PROXY and NO_PROXY, and what the proxy allows',
      { ...at, maybeDone: false },
    );
  }
  const [says, remedy] = WORDS[code] ?? (unsent ? DROPPED : broke(code === '' ? own : code));
  return new UnreachableError(`cannot reach ${broken.server}: ${says}`, remedy, {
    ...at,
    maybeDone: !unsent,
  });
}

/** The first code in an error, its causes or (several addresses tried) its parts. */
export function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && code !== 'UND_ERR_ABORTED') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return '';
}

function tlsError(
  code: string,
  own: string,
  broken: Broken,
  at: { method: string; path: string; cause: unknown },
): TlsError {
  const [says, remedy] = tlsWords(code, own);
  return new TlsError(`no trusted connection to ${broken.server}: ${says}`, remedy, at);
}

function tlsWords(code: string, own: string): [string, string] {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return [
      `its certificate is for other names (${own})`,
      'use one of those names as the server in the kubeconfig, or set tls-server-name to one of them',
    ];
  }
  if (/^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED|CERT_SIGNATURE|INVALID_CA)/.test(code)) {
    return [
      `its certificate is not signed by the kubeconfig's certificate authority (${code})`,
      "put the cluster's CA into certificate-authority-data, or get the kubeconfig anew",
    ];
  }
  if (code === 'CERT_HAS_EXPIRED') return ['its certificate has expired', "renew the API server's certificate"];
  if (code === 'CERT_NOT_YET_VALID') return ['its certificate is not valid yet', 'check the clocks of both sides'];
  if (code === 'EPROTO' || /WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(code)) {
    return ['what answers there does not speak TLS', 'check scheme and port of the server in the kubeconfig'];
  }
  if (/ALERT|OSSL/.test(code)) {
    return [`the TLS handshake failed: ${own}`, 'check the client certificate and key of the kubeconfig'];
  }
  return [`${own} (${code})`, 'check the certificates of both sides'];
}
