import { BadRequestError } from './error/api-error.ts';
import { readStatus, statusError } from './error/status-error.ts';
import type { WholeAnswer } from './http/exchange.ts';
import { parseJson, retryAfterOf, urlOf } from './http/message.ts';
import type { CallOptions, RawRequest } from './http/request.ts';

export interface ProxyRequest extends CallOptions {
  namespace: string;
  /** Name one of the two. */
  pod?: string;
  service?: string;
  /** Port number, or a service's port name. */
  port: number | string;
  /** Default http. */
  scheme?: 'http' | 'https';
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query of the program behind; default `/`. */
  path?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}

/** What the program behind the proxy answered, whatever its status. Errors of the API server itself are thrown, typed. */
export interface ProxyAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  bytes: Uint8Array;
  text: string;
  /** Milliseconds. */
  ms: number;
}

/**
 * `/api/v1/namespaces/NS/services/http:NAME:PORT/proxy/PATH` (Kubernetes docs, "Access services running on clusters").
 * @throws BadRequestError
 */
export function proxyPath(request: ProxyRequest): string {
  const { namespace, pod, service, port, scheme = 'http', path = '/' } = request;
  if ((pod === undefined) === (service === undefined)) {
    throw new BadRequestError('a proxy request names a pod or a service, and not both', 'name one of them');
  }
  const target = pod === undefined ? ['services', service ?? ''] : ['pods', pod];
  const rest = path.startsWith('/') ? path : `/${path}`;
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${target[0]}/${scheme}:${encodeURIComponent(target[1] ?? '')}:${port}/proxy${rest}`;
}

/**
 * The program's answer. A failure that is a `Status` object comes from the API server itself (forbidden, no such pod, no
 * endpoints, no connection to the program) and is thrown.
 * @throws ApiError
 */
export function proxyAnswer(request: RawRequest, answer: WholeAnswer): ProxyAnswer {
  const { status, headers, bytes, ms } = answer;
  const text = bytes.toString('utf8');
  const body = status >= 400 ? parseJson(text, headers) : undefined;
  if (readStatus(body) !== undefined) {
    const { method = 'GET' } = request;
    throw statusError({ method, path: urlOf(request), status, body, text, retryAfterSeconds: retryAfterOf(headers) });
  }
  return { status, headers, bytes, text, ms };
}
