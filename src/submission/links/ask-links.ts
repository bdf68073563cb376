import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { LinkAnswer } from '../rule.ts';
import { AnswerCache } from './answer-cache.ts';
import { classify } from './classify.ts';
import { type ExchangeOptions, exchange, type Outcome, TIME_IS_UP } from './exchange.ts';
import { HostQueue } from './host-queue.ts';
import { guardedLookup, isPublicAddress } from './public-address.ts';

export interface AskOptions {
  readonly userAgent: string;
  /** Folder of the cache; undefined = none. */
  readonly cacheFolder: string | undefined;
  /** Called after each answer. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Milliseconds for one request, for all waits that servers ask for (`Retry-After`), and for the whole call. */
  readonly requestMs?: number;
  readonly waitMs?: number;
  readonly wholeMs?: number;
  readonly spacingMs?: number;
  /** Only for tests, and only through this API: they talk to a server on the loopback of their own machine. */
  readonly testing?: { readonly allowLoopback: boolean; readonly lookup?: LookupFunction };
}

/** How often a server that asks for patience is asked again. */
const MAX_RETRIES = 2;

/**
 * Asks each URL once and says what came of it, by the URL as given. Never rejects for what a server does.
 * A URL that does not parse is unverifiable.
 */
export async function askLinks(urls: Iterable<string>, options: AskOptions): Promise<ReadonlyMap<string, LinkAnswer>> {
  const { requestMs = 15_000, waitMs = 60_000, wholeMs = 300_000, spacingMs = 150, testing } = options;
  const permitted = (address: string): boolean =>
    isPublicAddress(address) || (testing?.allowLoopback === true && /^(?:127\.|::1$)/.test(address));
  const dispatcher = new Agent({
    allowH2: false,
    connect: {
      lookup: guardedLookup(testing?.lookup ?? (systemLookup as LookupFunction), permitted),
      timeout: requestMs,
    },
  });
  const signal = AbortSignal.timeout(wholeMs);
  const asker = new Asker(
    { dispatcher, userAgent: options.userAgent, timeoutMs: requestMs, permitted, signal },
    waitMs,
    spacingMs,
  );
  const cache = options.cacheFolder === undefined ? undefined : new AnswerCache(options.cacheFolder, Date.now);
  // Two links that differ in their #fragment are one request.
  const groups = Map.groupBy(new Set(urls), withoutFragment);
  let done = 0;
  const answerOf = async (url: string): Promise<LinkAnswer> => {
    const kept = await cache?.get(url);
    if (kept) return kept;
    const fresh = await asker.ask(url);
    await cache?.put(url, fresh);
    return fresh;
  };
  const answerGroup = async ([url, uses]: [string, string[]]): Promise<[string, LinkAnswer][]> => {
    const answer = await answerOf(url);
    done += 1;
    options.onProgress?.(done, groups.size);
    return uses.map((use) => [use, answer]);
  };
  try {
    return new Map((await Promise.all([...groups].map(answerGroup))).flat());
  } finally {
    await dispatcher.destroy();
  }
}

function withoutFragment(url: string): string {
  const at = url.indexOf('#');
  return at < 0 ? url : url.slice(0, at);
}

/** Asks with manners: a queue for each host, and a budget of waiting for the whole call. */
class Asker {
  readonly #exchange: ExchangeOptions;
  readonly #queue: HostQueue;
  #waitMs: number;

  constructor(exchangeOptions: ExchangeOptions, waitMs: number, spacingMs: number) {
    this.#exchange = exchangeOptions;
    this.#queue = new HostQueue({ perHost: 2, spacingMs, overall: 16 });
    this.#waitMs = waitMs;
  }

  async ask(text: string): Promise<LinkAnswer> {
    if (!URL.canParse(text))
      return { class: 'unverifiable', status: undefined, asked: true, detail: 'It is not a web address.' };
    const url = new URL(text);
    for (let retry = 0; ; retry += 1) {
      const outcome = await this.#queue.run(url.host, () => this.#headThenGet(url));
      const wait = retry < MAX_RETRIES ? this.#patience(outcome) : undefined;
      if (wait === undefined) return classify(url, outcome);
      this.#queue.rest(url.host, wait);
      await sleep(wait);
    }
  }

  async #headThenGet(url: URL): Promise<Outcome> {
    if (this.#exchange.signal.aborted) return { kind: 'refused', why: TIME_IS_UP };
    const head = await exchange(url, 'HEAD', this.#exchange);
    const settled = head.kind === 'refused' || (head.kind === 'answered' && (head.status < 400 || head.status === 429));
    return settled ? head : exchange(url, 'GET', this.#exchange);
  }

  /** Milliseconds to wait before asking again, taken from the budget; undefined = do not ask again. */
  #patience(outcome: Outcome): number | undefined {
    if (outcome.kind !== 'answered' || (outcome.status !== 429 && outcome.status !== 503)) return undefined;
    const wait = retryAfter(outcome.headers['retry-after'], Date.now());
    if (wait === undefined || wait > this.#waitMs) return undefined;
    this.#waitMs -= wait;
    return wait;
  }
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110 10.2.3); undefined when absent or not understood. */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
