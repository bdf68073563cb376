import type { Dispatcher } from 'undici';
import { request } from 'undici';
import { type Permission, refusalOf } from './public-address.ts';

/** What asking a URL (and following it) came to. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** Where the answer came from, after redirects. */
      readonly url: URL;
      /** Statuses of the redirects on the way. */
      readonly redirects: readonly number[];
    }
  /** We did not ask, or would not follow. */
  | { readonly kind: 'refused'; readonly why: string }
  /** More redirects than MAX_REDIRECTS, a circle, or one that leads nowhere. */
  | { readonly kind: 'lost'; readonly why: string }
  /** No answer: name, connection, TLS or time. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** As many as the official validator's HTTP client follows. */
export const MAX_REDIRECTS = 10;
/** Bytes of a GET that are asked for; a server that sends all is cut off after `BODY_LIMIT`. */
const RANGE = 'bytes=0-1023';
const BODY_LIMIT = 64 * 1024;
export const TIME_IS_UP = 'the time for all links was up';

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly permitted: Permission;
  /** Ends the whole call. */
  readonly signal: AbortSignal;
}

/** Asks `start` with one method and follows redirects, each of which is checked like the first address. */
export async function exchange(start: URL, method: 'HEAD' | 'GET', options: ExchangeOptions): Promise<Outcome> {
  const redirects: number[] = [];
  const seen = new Set<string>();
  for (let url = start; ; ) {
    const why = refusalOf(url, options.permitted);
    if (why !== undefined) return { kind: 'refused', why };
    if (seen.has(url.href)) return { kind: 'lost', why: 'its redirects go in a circle' };
    seen.add(url.href);
    const answer = await askOnce(url, method, options);
    if (answer.kind !== 'answered') return answer;
    const { location } = answer.headers;
    if (!isRedirect(answer.status) || typeof location !== 'string') return { ...answer, redirects };
    redirects.push(answer.status);
    if (redirects.length > MAX_REDIRECTS) return { kind: 'lost', why: `it redirects more than ${MAX_REDIRECTS} times` };
    if (!URL.canParse(location, url.href)) return { kind: 'lost', why: `it redirects to "${location.slice(0, 100)}"` };
    url = new URL(location, url.href);
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function askOnce(url: URL, method: 'HEAD' | 'GET', options: ExchangeOptions): Promise<Outcome> {
  const { dispatcher, userAgent, timeoutMs } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  const headers = { 'user-agent': userAgent, accept: '*/*', ...(method === 'GET' ? { range: RANGE } : {}) };
  try {
    const answer = await request(url, { method, dispatcher, headers, signal });
    // The status is all that counts: a body that breaks off after it changes nothing.
    await answer.body.dump({ limit: BODY_LIMIT, signal }).catch(() => undefined);
    return { kind: 'answered', status: answer.statusCode, headers: answer.headers, url, redirects: [] };
  } catch (error) {
    return options.signal.aborted ? { kind: 'refused', why: TIME_IS_UP } : failureOf(error, timeoutMs);
  }
}

function failureOf(error: unknown, timeoutMs: number): Outcome {
  const { name, code, message } = deepest(error);
  if (code === 'ADDRESS_REFUSED') return { kind: 'refused', why: message };
  if (name === 'TimeoutError') {
    return { kind: 'failed', code: 'TIMEOUT', message: `no answer within ${timeoutMs / 1000} s` };
  }
  return { kind: 'failed', code: code ?? name, message };
}

/** The error that says most: an AggregateError of several attempted addresses has an empty message of its own. */
function deepest(error: unknown): { name: string; code: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  if (!(error instanceof Error)) return { name: 'Error', code: undefined, message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return { name: error.name, code: typeof code === 'string' ? code : undefined, message: error.message };
}
