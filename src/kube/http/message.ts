import type { Impersonation } from './impersonation.ts';
import type { RawRequest } from './request.ts';

/** Path and query of a request. */
export function urlOf(request: RawRequest): string {
  const pairs = Object.entries(request.query ?? {}).filter((pair) => pair[1] !== undefined);
  if (pairs.length === 0) return request.path;
  const query = new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)]));
  return `${request.path}${request.path.includes('?') ? '&' : '?'}${query.toString()}`;
}

export function bodyOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body;
  return JSON.stringify(body);
}

/** Repeated headers are joined as HTTP says. */
export function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** Retry-After in seconds; a date is turned into them. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now = Date.now()): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** The texts of Warning headers: `299 - "unknown field ..."`. */
export function warningsOf(headers: Readonly<Record<string, string>>): string[] {
  const found = (headers['warning'] ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...found].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
}

export function parseJson(text: string, headers: Readonly<Record<string, string>>): unknown {
  if (!(headers['content-type'] ?? '').includes('json')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Kubernetes docs, "User impersonation"; keys of extra are percent-encoded. */
export function impersonationHeaders(as: Impersonation | undefined): Record<string, string | string[]> {
  if (as === undefined) return {};
  return {
    'impersonate-user': as.user,
    ...(as.uid === undefined ? {} : { 'impersonate-uid': as.uid }),
    ...(as.groups === undefined || as.groups.length === 0 ? {} : { 'impersonate-group': [...as.groups] }),
    ...Object.fromEntries(
      Object.entries(as.extra ?? {}).map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        [...values],
      ]),
    ),
  };
}
