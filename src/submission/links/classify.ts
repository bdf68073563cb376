import { STATUS_CODES } from 'node:http';
import type { LinkAnswer } from '../rule.ts';
import { isLoginPage } from '../strict/web-address.ts';
import type { Outcome } from './exchange.ts';

/** Statuses that say for sure that the page is gone. Everything else above 399 may be a wall in front of a page. */
const GONE = new Set([404, 410]);
const PERMANENT = new Set([301, 308]);
/** Hosts that nothing but a log-in page is on. */
const LOGIN_HOSTS =
  /^(?:accounts\.google\.com|login\.microsoftonline\.com|login\.live\.com|.*\.okta\.com|.*\.auth0\.com)$/;

/** What an outcome means for the link, in one sentence. Pure. */
export function classify(asked: URL, outcome: Outcome): LinkAnswer {
  switch (outcome.kind) {
    case 'refused':
      return { ...answer('unverifiable', undefined, `It was not asked: ${outcome.why}.`), asked: false };
    case 'lost':
      return answer('unverifiable', undefined, `It was not followed to an end: ${outcome.why}.`);
    case 'failed':
      return outcome.code === 'ENOTFOUND'
        ? answer('dead', undefined, `There is no host ${asked.hostname}.`)
        : answer('unverifiable', undefined, `There was no answer: ${outcome.message} (${outcome.code}).`);
    case 'answered':
      return ofAnswer(asked, outcome);
  }
}

function ofAnswer(asked: URL, { status, headers, url, redirects }: Outcome & { kind: 'answered' }): LinkAnswer {
  const said = `${url.hostname} answered ${status}${STATUS_CODES[status] ? ` (${STATUS_CODES[status]})` : ''}`;
  if (isBotWall(status, headers)) return answer('unverifiable', status, `${said} from a wall against robots.`);
  if (GONE.has(status)) return answer('dead', status, `${said}.`);
  // 416: there is a page, but it is shorter than the piece we asked for.
  if (status >= 400 && status !== 416) return answer('unverifiable', status, `${said}${meaning(status, headers)}.`);
  const elsewhere = redirects.length > 0 && withoutHash(asked) !== withoutHash(url);
  if (isLogin(url) && (elsewhere || LOGIN_HOSTS.test(url.hostname))) {
    return answer('unverifiable', status, `It leads to a page to log in (${short(url)}).`);
  }
  if (elsewhere && url.pathname === '/' && url.search === '' && asked.pathname !== '/') {
    return answer('unverifiable', status, `It leads to the front page of ${url.host}; the page itself may be gone.`);
  }
  if (elsewhere && redirects.every((one) => PERMANENT.has(one))) {
    return answer('moved', status, `It moved for good to ${short(url)}.`);
  }
  return answer('ok', status, `${said}.`);
}

function answer(kind: LinkAnswer['class'], status: number | undefined, detail: string): LinkAnswer {
  return { class: kind, status, asked: true, detail };
}

type Headers = (Outcome & { kind: 'answered' })['headers'];

/** Signs that CDNs put on a challenge: only a browser with a person before it gets further. */
function isBotWall(status: number, headers: Headers): boolean {
  if (headers['cf-mitigated'] === 'challenge') return true;
  if (headers['x-amzn-waf-action'] !== undefined) return true;
  // LinkedIn's way of saying no to robots.
  return status === 999;
}

function meaning(status: number, headers: Headers): string {
  const wait = headers['retry-after'];
  if (status === 401 || status === 407) return ': it wants a log-in';
  if (status === 403) return ': a log-in, a country or a wall against robots is in the way';
  if (status === 429)
    return wait === undefined ? ': too many requests' : `: too many requests, come back in ${String(wait)} s`;
  return status >= 500 ? ': the server fails' : '';
}

function isLogin(url: URL): boolean {
  return LOGIN_HOSTS.test(url.hostname) || isLoginPage(url);
}

function withoutHash(url: URL): string {
  return url.href.slice(0, url.href.length - url.hash.length);
}

function short(url: URL): string {
  const text = withoutHash(url).replace(url.search, url.search.length > 40 ? '?…' : url.search);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
