import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isPublicAddress } from '../links/public-address.ts';

/** Facts that the form of a web address shows, without asking anybody. */

/** What an address range means to a reader; any range but `unicast` is not public. */
const RANGES: Readonly<Record<string, string>> = {
  loopback: 'the loopback of the reader',
  unspecified: 'the loopback of the reader',
  private: 'a private network',
  uniqueLocal: 'a private network',
  linkLocal: 'a link-local address',
  carrierGradeNat: 'a carrier-internal address',
};
const INTERNAL = /\.(?:local|lan|home|internal|intranet|corp|private|svc|cluster|localdomain|home\.arpa)$/;

/** Why a host can be reached by the author only; undefined for a public one. */
export function privateHost(url: URL): string | undefined {
  const host = url.hostname
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) {
    return isPublicAddress(host) ? undefined : (RANGES[ipaddr.process(host).range()] ?? 'a reserved address');
  }
  if (host === 'localhost' || host.endsWith('.localhost')) return 'the loopback of the reader';
  if (INTERNAL.test(host)) return 'a name that only an internal network knows';
  return host.includes('.') ? undefined : 'a name without a domain';
}

const SHORTENERS = new Set(
  'bit.ly tinyurl.com t.co goo.gl ow.ly is.gd buff.ly cutt.ly rebrand.ly rb.gy shorturl.at tiny.cc lnkd.in s.id t.ly'.split(
    ' ',
  ),
);

export function isShortener(url: URL): boolean {
  return SHORTENERS.has(url.hostname.toLowerCase().replace(/^www\./, ''));
}

/** Services whose pages usually need an account; `what` names the service. */
const ACCOUNT_SERVICES: readonly (readonly [what: string, host: RegExp])[] = [
  ['Google Drive or Docs', /^(?:docs|drive|sheets|slides)\.google\.com$/],
  ['Dropbox', /^(?:www\.)?dropbox\.com$/],
  ['OneDrive or SharePoint', /(?:\.sharepoint\.com|^onedrive\.live\.com|^1drv\.ms)$/],
  ['Notion', /(?:^|\.)notion\.(?:so|site)$/],
  ['Confluence or Jira in the cloud', /\.atlassian\.net$/],
  ['Slack', /\.slack\.com$/],
  ['Microsoft Teams', /^teams\.(?:microsoft|live)\.com$/],
  ['Box', /(?:^|\.)box\.com$/],
  ['Feishu or Lark', /\.(?:feishu\.cn|larksuite\.com|larkoffice\.com)$/],
  ['Tencent Docs', /^docs\.qq\.com$/],
  ['Yuque', /(?:^|\.)yuque\.com$/],
];

/** Name of the service when the address is a document that needs an account or can be edited at any time. */
export function accountService(url: URL): string | undefined {
  const host = url.hostname.toLowerCase();
  // A published Google document is public, although still editable.
  if (host === 'docs.google.com' && /\/pub(?:html)?$/.test(url.pathname)) return undefined;
  return ACCOUNT_SERVICES.find(([, pattern]) => pattern.test(host))?.[0];
}

/** True for a page that asks for a login by its own address. */
export function isLoginPage(url: URL): boolean {
  return /(?:^|\/)(?:login|signin|sign-in|sign_in|sso|oauth2?|authorize)(?:\/|$|\.[a-z]+$)/i.test(url.pathname);
}

/** A GitHub address in its parts. `ref` is what stands behind blob, tree or raw, as far as one segment tells. */
export interface GitHubAddress {
  readonly owner: string;
  readonly repo: string | undefined;
  readonly view: 'blob' | 'tree' | 'raw' | 'other';
  readonly ref: string | undefined;
  readonly path: string;
}

/** The parts of a github.com or raw.githubusercontent.com address; undefined for any other. */
export function gitHub(url: URL): GitHubAddress | undefined {
  const host = url.hostname.toLowerCase().replace(/^www\./, '');
  const [owner, repo, ...rest] = url.pathname.split('/').filter((part) => part !== '');
  if (owner === undefined) return undefined;
  if (host === 'raw.githubusercontent.com') {
    const at = rest[0] === 'refs' && rest.length > 2 ? 2 : 0;
    return { owner, repo, view: 'raw', ref: rest[at], path: rest.slice(at + 1).join('/') };
  }
  if (host !== 'github.com') return undefined;
  const [kind, ref, ...path] = rest;
  if (kind !== 'blob' && kind !== 'tree' && kind !== 'raw') {
    return { owner, repo, view: 'other', ref: undefined, path: rest.join('/') };
  }
  return { owner, repo, view: kind, ref, path: path.join('/') };
}

const COMMIT = /^[0-9a-f]{40}$/;
const TAG = /^v?\d+\.\d+(?:[.\-+].*)?$/;

/** True when the ref cannot move: a full commit hash, or what is written like a release tag. */
export function isPinned(ref: string): boolean {
  return COMMIT.test(ref) || TAG.test(ref);
}
