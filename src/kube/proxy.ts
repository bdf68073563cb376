import type { CallOptions } from './request.ts';

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
