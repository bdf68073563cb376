import { afterAll, describe, expect, it } from 'vitest';
import { syntaxProblem } from './links.ts';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const website = (websiteUrl: string): Options => ({ edit: (d) => Object.assign(d.metadata, { websiteUrl }) });
const evidence = (url: string): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [url] }),
});

describe('syntaxProblem', () => {
  it.each([
    ['www.meerstern.cloud', 'https:// is missing'],
    ['meerstern.cloud:8443/x', 'https:// is missing'],
    ['ftp://meerstern.cloud/x', 'it begins with ftp:'],
    ['htps://meerstern.cloud', 'it begins with htps:'],
    ['https:/meerstern.cloud', 'it has no host'],
    ['https://', 'it has no host'],
    ['https://meerstern .cloud', 'it holds blanks'],
    ['https://a:b@meerstern.cloud', 'it holds a user name or password'],
    ['https://meerstern..cloud', 'its host has an empty part'],
    ['https://[::1', 'it does not parse'],
  ])('%s: %s', (text, problem) => expect(syntaxProblem(text)).toBe(problem));
  it.each([
    'https://meerstern.cloud',
    'http://meerstern.cloud:8080/a?b=c#d',
    'HTTPS://Meerstern.cloud/x',
    'https://海星.cloud/產品',
  ])('%s is one', (text) => expect(syntaxProblem(text)).toBeUndefined());
});

describe('links', () => {
  it.each([
    'http://localhost/x',
    'https://127.0.0.1/x',
    'https://10.1.2.3/',
    'https://192.168.1.1/x',
    'https://172.31.0.1/x',
  ])('%s is not public', (url) => {
    const [line, ...more] = checkout.heard(evidence(`${url}?test`));
    expect(line).toMatch(/^error url-not-public gpu_sharing \| "https?:/);
    expect(more).toEqual([]);
  });
  it.each([
    'https://[fd00::1]/x',
    'https://wiki.corp/x',
    'https://wiki/x',
    'https://169.254.169.254/x',
    'https://api.svc/x',
    'https://0x7f000001/x',
  ])('%s is not public', (url) => expect(checkout.heard(evidence(url))).toHaveLength(1));
  it.each([
    'https://172.32.0.1/x',
    'https://11.1.2.3/x',
    'https://corporation.io/x',
    'https://[2a00:1450:4001::1]/x',
    'https://localhost.cloud/x',
  ])('%s is public', (url) => expect(checkout.heard(evidence(url))).toEqual([]));

  const spoilt: readonly [options: Options, heard: readonly string[]][] = [
    [website('www.meerstern.cloud'), ['error url-invalid websiteUrl | "www.meerstern.cloud"']],
    [
      website('https://docs.google.com/document/d/1/edit'),
      ['warning url-needs-account websiteUrl | "https://docs.google.com'],
    ],
    [
      evidence('https://meerstern.sharepoint.com/sites/x'),
      ['warning url-needs-account gpu_sharing | "https://meerstern.share'],
    ],
    [
      evidence('https://www.meerstern.cloud/login?next=/docs'),
      ['warning url-needs-account gpu_sharing | "https://www.meerstern.c'],
    ],
    [evidence('https://bit.ly/3xyz'), ['warning url-shortener gpu_sharing | "https://bit.ly/3xyz"']],
    [evidence('http://docs.meerstern.cloud/x'), ['info url-insecure gpu_sharing | "http://docs.meerstern.c']],
    [evidence('https://docs.google.com/document/d/e/2PACX/pub'), []],
    [evidence('https://docs.meerstern.cloud/how-to-login-nodes'), []],
    [evidence('https://a.com/bit.ly'), []],
  ];
  it.each(spoilt)('judges %o', (options, heard) => {
    expect(checkout.heard(options)).toEqual(heard);
  });
});
