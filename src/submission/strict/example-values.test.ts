import { afterAll, describe, expect, it } from 'vitest';
import { isPlaceholder } from './example-values.ts';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const metadata = (changes: Record<string, string>): Options => ({ edit: (d) => Object.assign(d.metadata, changes) });
const notes = (text: string, status = 'Implemented'): Options => ({
  edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { notes: text, status }),
});
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  ['N/A for an optional link', metadata({ repoUrl: 'N/A' }), ['warning value-placeholder repoUrl | "N/A"']],
  [
    'TBD for a required value',
    metadata({ platformVersion: 'TBD' }),
    ['error value-placeholder platformVersion | "TBD"'],
  ],
  [
    'the repository of the instructions',
    metadata({ repoUrl: 'https://github.com/yoyo.dyne/turbo-encabulator' }),
    ['error value-example repoUrl | "https://github.com/yoyo'],
  ],
  [
    'a contact at example.com',
    metadata({ contactEmailAddress: 'someone@example.com' }),
    ['error value-example contactEmailAddress | "someone@example.com"'],
  ],
  [
    'evidence at example.org',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: ['https://docs.example.org/sharing'] }) },
    ['error value-example gpu_sharing | "https://docs.example.or'],
  ],
  ['notes that are a placeholder', notes('TODO'), ['warning value-placeholder gpu_sharing | "TODO"']],
  [
    'notes with template text',
    notes('Shown on [Platform Name] with four pods.'),
    ['warning value-placeholder gpu_sharing | "Shown on [Platform Name'],
  ],
  ['a bracketed value, which the official validator reports', metadata({ platformName: '[Platform Name]' }), []],
  [
    'notes that mention an example host of a test',
    notes('Requests to model.example.com were split over four pods.'),
    [],
  ],
  ['a name that holds the word', metadata({ platformName: 'Placeholder-free Platform' }), []],
  [
    'a host whose name only begins like an example',
    metadata({ websiteUrl: 'https://www.examples.cloud/platform' }),
    [],
  ],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});

describe('isPlaceholder', () => {
  it.each([
    'N/A',
    'n.a.',
    'na',
    'TBD',
    'todo',
    '-',
    '--',
    '<your product>',
    '{{ name }}',
    '[x]',
    'xxx',
    'none',
    'Your Company',
  ])('takes %s for one', (text) => expect(isPlaceholder(text)).toBe(true));
  it.each([
    'Nano',
    'Testbed',
    'v1.36',
    'To be or not to be',
    'https://na.cloud',
    '无',
    'NAver Cloud',
    'Nonesuch',
    'n/a because',
  ])('takes %s for an answer', (text) => expect(isPlaceholder(text)).toBe(false));
});
