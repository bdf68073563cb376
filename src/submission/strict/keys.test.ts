import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf, type SyntheticDocument } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

function rename(document: SyntheticDocument, from: string, to: string): void {
  const { [from]: value, ...rest } = document.metadata;
  document.metadata = { ...rest, [to]: value };
}

const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'an unknown key at the root',
    { edit: (d) => Object.assign(d, { specs: {} }) },
    ['warning key-unknown specs | specs: {}'],
  ],
  [
    'a metadata key at the root',
    { edit: (d) => Object.assign(d, { contactEmailAddress: 'a@meerstern.cloud' }) },
    ['warning metadata-misplaced contactEmailAddress | contactEmailAddress: "a@'],
  ],
  [
    'a metadata key in snake_case at the root',
    { edit: (d) => Object.assign(d, { contact_email_address: 'a@meerstern.cloud' }) },
    ['warning metadata-misplaced contactEmailAddress | contact_email_address: "'],
  ],
  [
    'an unknown metadata key',
    { edit: (d) => rename(d, 'websiteUrl', 'webSite') },
    ['warning key-unknown webSite | webSite: "https://www.me'],
  ],
  [
    'a metadata key in snake_case',
    { edit: (d) => rename(d, 'k8sConformanceUrl', 'k8s_conformance_url') },
    ['info metadata-snake-case k8sConformanceUrl | k8s_conformance_url: "ht'],
  ],
  [
    'a metadata value in both spellings',
    { edit: (d) => Object.assign(d.metadata, { website_url: 'https://www.meerstern.cloud/' }) },
    ['warning metadata-written-twice websiteUrl | website_url: "https://ww'],
  ],
  [
    'an unknown key in an entry',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { note: 'more' }) },
    ['warning key-unknown gpu_sharing | note: "more"'],
  ],
  ['a second document', { raw: (text) => `${text}---\nspec: {}\n` }, ['warning document-extra document | ---']],
  ['a document that begins and ends with marks', { raw: (text) => `# comment\n---\n${text}...\n` }, []],
  ['a line of hyphens at the end', { raw: (text) => `${text}---\n# nothing more\n` }, []],
  ['a byte order mark and Windows line ends', { raw: (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}` }, []],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

it('suggests the key that was meant', () => {
  const submission = checkout.submission({ edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidences: [] }) });
  expect(checkout.findings(submission).map((one) => one.message)).toEqual([
    'Unknown key evidences in gpu_sharing. Did you mean evidence?',
  ]);
});
