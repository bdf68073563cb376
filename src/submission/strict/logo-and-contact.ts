import type { Finding } from '../finding.ts';
import type { Submission } from '../submission.ts';
import { isPlaceholder } from './example-values.ts';
import { field } from './metadata-fields.ts';
import { facts, strictRule } from './strict-rule.ts';
import { gitHub } from './web-address.ts';

const logoType = facts({
  id: 'logo-type',
  severity: 'warning',
  reason: 'The logo is not SVG, AI or EPS.',
  remedy: 'Give a vector logo with the name of the product, or leave the key out.',
  source: 'instructions: logo as SVG, AI or EPS',
});
const logoPage = facts({
  id: 'logo-html-page',
  severity: 'warning',
  reason: 'The logo link is a page about the file, not the file; the landscape would store HTML as the logo.',
  remedy: 'Use the address of the file itself (raw.githubusercontent.com/...).',
  source: 'the landscape automation downloads the address',
});
const emailInvalid = facts({
  id: 'email-invalid',
  severity: 'error',
  reason: 'The contact address is not an e-mail address.',
  remedy: 'Write one address, such as conformance@your-domain.',
  source: 'instructions: contact e-mail address',
});
const emailFree = facts({
  id: 'email-free-mail',
  severity: 'info',
  reason: 'The contact address belongs to a free mail service, not to the vendor.',
  remedy: 'A shared mailbox of the vendor outlives the person.',
  source: 'terms 5.2: notices go to this address',
});
const docsAreEntry = facts({
  id: 'documentation-url-not-docs',
  severity: 'warning',
  reason: 'The documentation link is the base conformance entry, not documentation of the product.',
  remedy: 'Link to documentation with which the product can be set up, configured and deployed.',
  source: 'terms 4.2',
});

/** The logo, the contact address and the documentation link of the metadata. */
export const logoAndContact = strictRule(
  [logoType, logoPage, emailInvalid, emailFree, docsAreEntry],
  function* (submission) {
    yield* logo(submission);
    yield* contact(submission);
    const docs = field(submission, 'documentationUrl');
    if (docs && /^https?:\/\/github\.com\/cncf\/k8s-(?:ai-)?conformance(?:[/?#]|$)/i.test(docs.value.trim())) {
      yield docsAreEntry.at(
        docs,
        'documentationUrl',
        `documentationUrl leads to the conformance programme: ${docs.value.trim()}`,
      );
    }
  },
);

const RASTER = /\.(png|jpe?g|gif|webp|ico|bmp|tiff?|avif|pdf|html?)$/i;

function* logo(submission: Submission): Generator<Finding> {
  const value = field(submission, 'productLogoUrl');
  const text = value?.value.trim() ?? '';
  if (!value || !URL.canParse(text)) return;
  const url = new URL(text);
  const address = gitHub(url);
  if (address?.view === 'blob' && url.searchParams.get('raw') === null) {
    const { owner, repo, ref, path } = address;
    const raw = `https://raw.githubusercontent.com/${owner}/${repo}/${ref}/${path}`;
    yield logoPage.at(
      value,
      'productLogoUrl',
      `productLogoUrl is GitHub's page about the file, not the file: ${text}`,
      {
        remedy: `Write ${raw}`,
      },
    );
  }
  const type = RASTER.exec(url.pathname)?.[1];
  if (type)
    yield logoType.at(
      value,
      'productLogoUrl',
      `productLogoUrl is a ${type.toLowerCase()} file; SVG, AI or EPS is asked for.`,
    );
}

const EMAIL = /^[^\s@<>(),;:"]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}$/i;
const FREE_MAIL = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com gmx.de gmx.net ' +
    'web.de mail.ru yandex.ru yandex.com proton.me protonmail.com 163.com 126.com qq.com foxmail.com sina.com naver.com ' +
    'zoho.com mail.com t-online.de orange.fr free.fr'
  ).split(' '),
);

function* contact(submission: Submission): Generator<Finding> {
  const value = field(submission, 'contactEmailAddress');
  const text = value?.value.trim() ?? '';
  if (!value || text === '' || isPlaceholder(text)) return;
  if (text.length > 320 || !EMAIL.test(text)) {
    yield emailInvalid.at(
      value,
      'contactEmailAddress',
      `contactEmailAddress is not one e-mail address: ${text.slice(0, 80)}`,
    );
    return;
  }
  const domain = text.slice(text.lastIndexOf('@') + 1).toLowerCase();
  if (FREE_MAIL.has(domain)) {
    yield emailFree.at(value, 'contactEmailAddress', `contactEmailAddress is an address of ${domain}.`);
  }
}
