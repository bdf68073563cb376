import { afterAll, expect, it } from 'vitest';
import { type Options, SyntheticCheckout } from './synthetic-checkout.ts';
import { entryOf } from './synthetic-document.ts';

const checkout = new SyntheticCheckout();
afterAll(() => checkout.remove());

const metadata = (changes: Record<string, string>): Options => ({ edit: (d) => Object.assign(d.metadata, changes) });
const spoilt: readonly [name: string, options: Options, heard: readonly string[]][] = [
  [
    'a link that begins with a blank',
    metadata({ productLogoUrl: ' https://www.meerstern.cloud/logo.svg' }),
    ['warning value-blank-edges productLogoUrl | " https://www.meerstern.'],
  ],
  [
    'a vendor that ends with a blank',
    metadata({ vendorName: 'Meerstern Systems ' }),
    ['warning value-blank-edges vendorName | "Meerstern Systems "'],
  ],
  [
    'a product name that ends with a blank',
    metadata({ platformName: 'Meerstern Platform ' }),
    ['info value-blank-edges platformName | "Meerstern Platform "'],
  ],
  [
    'a required value of blanks only',
    metadata({ platformName: '  ' }),
    ['error metadata-field-blank platformName | "  "'],
  ],
  ['an optional value of blanks only', metadata({ repoUrl: ' ' }), []],
  [
    'a status that ends with a blank',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { status: 'Implemented ' }) },
    ['warning value-blank-edges gpu_sharing | "Implemented "'],
  ],
  [
    'evidence that begins with a blank',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { evidence: [' https://docs.meerstern.cloud/sharing'] }) },
    ['warning value-blank-edges gpu_sharing | " https://docs.meerstern'],
  ],
  [
    'notes that begin with a blank',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { notes: ' Four pods shared one accelerator.' }) },
    ['info value-blank-edges gpu_sharing | " Four pods shared one a'],
  ],
  [
    'notes as a block of text',
    { raw: (text) => text.replace(/notes: "Four pods[^"]*"/, 'notes: |\n        Four pods shared one accelerator.\n') },
    [],
  ],
  [
    'a vendor with a zero-width character',
    metadata({ vendorName: 'Meer\u200Bstern Systems' }),
    ['warning text-invisible-character vendorName | "Meer\u200Bstern Systems"'],
  ],
  ['a name in another script', metadata({ platformName: '海星平台（Meerstern）' }), []],
  [
    'notes with a direction mark',
    { edit: (d) => Object.assign(entryOf(d, 'gpu_sharing'), { notes: 'Four pods shared \u202Eone accelerator.' }) },
    ['warning text-invisible-character gpu_sharing | "Four pods shared \u202Eone a'],
  ],
];

it.each(spoilt)('judges %s', (_, options, heard) => {
  expect(checkout.heard(options)).toEqual(heard);
});
