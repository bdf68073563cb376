import { afterAll, describe, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const metadata = (changes: Record<string, string>): Options => ({ edit: (d) => Object.assign(d.metadata, changes) });
const logo = (productLogoUrl: string): readonly string[] => checkout.heard(metadata({ productLogoUrl }));
const mail = (contactEmailAddress: string): readonly string[] => checkout.heard(metadata({ contactEmailAddress }));

describe('the logo', () => {
  it.each(['https://m.cloud/logo.png', 'https://m.cloud/logo.JPG?x=1', 'https://m.cloud/logo.html'])(
    '%s is no vector',
    (url) => {
      expect(logo(url)).toEqual([`warning logo-type productLogoUrl | ${JSON.stringify(url).slice(0, 24)}`]);
    },
  );
  it.each([
    'https://m.cloud/logo.svg',
    'https://m.cloud/logo.SVG?v=2',
    'https://m.cloud/logo.eps',
    'https://m.cloud/logo.ai',
    'https://m.cloud/assets/0815',
    'https://m.cloud/png/logo.svg',
  ])('%s may be one', (url) => expect(logo(url)).toEqual([]));
  it('is the file, not the page about it', () => {
    const submission = checkout.submission(metadata({ productLogoUrl: 'https://github.com/m/p/blob/main/logo.svg' }));
    const [finding] = checkout.findings(submission);
    expect(finding?.rule).toBe('logo-html-page');
    expect(finding?.remedy).toBe('Write https://raw.githubusercontent.com/m/p/main/logo.svg');
    expect(logo('https://github.com/m/p/blob/main/logo.svg?raw=true')).toEqual([]);
    expect(logo('https://github.com/m/p/raw/main/logo.svg')).toEqual([]);
  });
});

describe('the contact', () => {
  it.each([
    'conformance',
    'a@b',
    'a b@meerstern.cloud',
    'a@x.cloud, b@x.cloud',
    'mailto:a@meerstern.cloud',
    'A <a@meerstern.cloud>',
    '@meerstern.cloud',
    'a@-x.cloud',
  ])('%s is no address', (address) => {
    expect(mail(address)).toEqual([
      `error email-invalid contactEmailAddress | ${JSON.stringify(address).slice(0, 24)}`,
    ]);
  });
  it.each(['conformance+ai@meerstern.co.uk', "o'neil@meerstern.cloud", 'k8s@xn--11b4c3d.cloud'])(
    '%s is one',
    (address) => {
      expect(mail(address)).toEqual([]);
    },
  );
  it('of a free mail service is worth a word', () => {
    expect(mail('someone@gmail.com')).toEqual(['info email-free-mail contactEmailAddress | "someone@gmail.com"']);
    expect(mail('someone@notgmail.com')).toEqual([]);
  });
});

it('documentation is not the base conformance entry', () => {
  const documentationUrl = 'https://github.com/cncf/k8s-conformance/tree/master/v1.36/meerstern';
  expect(checkout.heard(metadata({ documentationUrl }))).toEqual([
    'warning documentation-url-not-docs documentationUrl | "https://github.com/cncf',
  ]);
  expect(checkout.heard(metadata({ documentationUrl: 'https://github.com/cncf/k8s-conformance-docs' }))).toEqual([]);
});
