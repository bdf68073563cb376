import type { Finding, Position } from '../finding.ts';
import type { Submission } from '../submission.ts';
import { evidenceItems } from './evidence-item.ts';
import { isPlaceholder } from './example-values.ts';
import { field, URL_FIELDS } from './metadata-fields.ts';
import { facts, strictRule } from './strict-rule.ts';
import { accountService, isLoginPage, isShortener, privateHost } from './web-address.ts';

const invalid = facts({
  id: 'url-invalid',
  severity: 'error',
  reason: 'A web address is not one: no http(s), blanks inside, or no host.',
  remedy: 'Copy the address from the browser; it begins with https://.',
  source: 'instructions; the official validator never looks at a value that does not begin with http',
});
const unreachable = facts({
  id: 'url-not-public',
  severity: 'error',
  reason: 'A link leads to a private or local address that nobody else can open.',
  remedy: 'Publish the page, or put the evidence into the product folder.',
  source: 'instructions: evidence is publicly reachable; terms 5.2 (inaccessible evidence)',
});
const account = facts({
  id: 'url-needs-account',
  severity: 'warning',
  reason: 'A link leads to a document that needs an account or can be edited after the review.',
  remedy: 'Put the document into the product folder as Markdown or text, or publish it where no login is asked.',
  source: 'instructions: evidence is publicly reachable; terms 5.2',
});
const shortener = facts({
  id: 'url-shortener',
  severity: 'warning',
  reason: 'A shortened link hides where it leads and can be pointed elsewhere.',
  remedy: 'Write the full address.',
  source: 'terms 5.2 (evidence stays accurate)',
});
const insecure = facts({
  id: 'url-insecure',
  severity: 'info',
  reason: 'A link uses http: without encryption.',
  remedy: 'Use https:// if the site offers it.',
  source: 'good practice',
});

/** What the form of each link in metadata and evidence tells offline. */
export const links = strictRule([invalid, unreachable, account, shortener, insecure], function* (submission) {
  for (const name of URL_FIELDS) {
    const value = field(submission, name);
    if (!value || value.value.trim() === '' || isPlaceholder(value.value)) continue;
    yield* link(value, name, value.value.trim(), name);
  }
  yield* evidenceLinks(submission);
});

function* evidenceLinks(submission: Submission): Generator<Finding> {
  for (const { value, line, column, subject } of evidenceItems(submission).web) {
    yield* link({ line, column }, subject, value.trim(), `Evidence of ${subject}`);
  }
}

function* link(place: Position, subject: string, text: string, what: string): Generator<Finding> {
  const problem = syntaxProblem(text);
  if (problem) {
    yield invalid.at(place, subject, `${what} is not a web address (${problem}): ${text.slice(0, 120)}`);
    return;
  }
  const url = new URL(text);
  const shown = `${what} leads to ${url.host}`;
  const where = privateHost(url);
  if (where) {
    yield unreachable.at(place, subject, `${shown}, which is ${where}.`);
    return;
  }
  const service = accountService(url);
  if (service)
    yield account.at(place, subject, `${shown}: ${service}, which asks for an account or can change at any time.`);
  else if (isLoginPage(url)) yield account.at(place, subject, `${shown}${url.pathname}, a page to log in.`);
  if (isShortener(url)) yield shortener.at(place, subject, `${shown}, a link shortener.`);
  if (url.protocol === 'http:') yield insecure.at(place, subject, `${shown} without encryption (http:).`);
}

/** Why a text is no web address; undefined when it is one. */
export function syntaxProblem(text: string): string | undefined {
  if (/\s/.test(text)) return 'it holds blanks';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || /^[a-z0-9.-]+:\d+(?:\/|$)/i.test(text)) return 'https:// is missing';
  if (scheme !== 'http' && scheme !== 'https') return `it begins with ${scheme}:`;
  if (!/^https?:\/\/[^/?#]/i.test(text)) return 'it has no host';
  if (!URL.canParse(text)) return 'it does not parse';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'it holds a user name or password';
  if (/(?:^|\.)\.|\.\./.test(url.hostname)) return 'its host has an empty part';
  return undefined;
}
